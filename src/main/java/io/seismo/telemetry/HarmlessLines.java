package io.seismo.telemetry;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Drops the lines libraries print in an ordinary life, such as the embedded broker's at each start and stop: by logger
 * and words of the message, so that everything else those loggers say is still heard.
 */
public final class HarmlessLines extends Filter<ILoggingEvent> {

    /** Client id of commands that ask once and say themselves when nobody answers. */
    public static final String COMMAND_CLIENT = "seismo-command";

    private static final String NETWORK_CLIENT = "org.apache.kafka.clients.NetworkClient";
    private static final long AGAIN_MS = 10_000;

    private final AtomicLong toldMs = new AtomicLong(-AGAIN_MS);

    @Override
    public FilterReply decide(ILoggingEvent event) {
        IThrowableProxy thrown = event.getThrowableProxy();
        String cause = thrown == null ? "" : thrown.getClassName();
        String logger = event.getLoggerName();
        String message = event.getFormattedMessage();
        return isHarmless(logger, message, cause) || isRepeated(logger, message, event.getTimeStamp())
                ? FilterReply.DENY
                : FilterReply.NEUTRAL;
    }

    /** Of a broker that is away every client says so many times a second: one line in ten seconds is enough. */
    boolean isRepeated(String logger, String message, long nowMs) {
        if (!logger.equals(NETWORK_CLIENT)
                || !(message.contains("could not be established") || message.contains("disconnected"))) {
            return false;
        }
        long before = toldMs.get();
        return nowMs - before < AGAIN_MS || !toldMs.compareAndSet(before, nowMs);
    }

    static boolean isHarmless(String logger, String message, String thrown) {
        return switch (logger) {
            case "org.apache.kafka.controller.QuorumController" -> message.contains("Performing controller activation");
            case NETWORK_CLIENT ->
                message.contains("Attempting to close NetworkClient that has already been closed")
                        || message.contains("clientId=" + COMMAND_CLIENT);
            // A restarted node registers with itself a moment before it leads, and tries again.
            case "kafka.server.ControllerApis" -> message.contains("apiKey=CONTROLLER_REGISTRATION");
            // The first two batches of a transaction race; the producer sends the second one again, in order.
            case "org.apache.kafka.clients.producer.internals.Sender" ->
                message.contains("retrying")
                        && (message.contains("CONCURRENT_TRANSACTIONS")
                                || message.contains("OUT_OF_ORDER_SEQUENCE_NUMBER"));
            case "kafka.server.ReplicaManager" ->
                message.contains("Error processing append operation")
                        && thrown.endsWith(".OutOfOrderSequenceException");
            case "kafka.server.DefaultAutoTopicCreationManager",
                    "org.apache.kafka.server.DefaultAutoTopicCreationManager" ->
                message.contains("TOPIC_ALREADY_EXISTS");
            // Whoever starts a server reports the failure itself, in one line.
            case "io.javalin.Javalin" -> message.startsWith("Failed to start Javalin");
            default -> false;
        };
    }
}
