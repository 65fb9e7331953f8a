package io.seismo.telemetry;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;

/**
 * Drops the lines libraries print in an ordinary life, such as the embedded broker's at each start and stop: by logger
 * and words of the message, so that everything else those loggers say is still heard.
 */
public final class HarmlessLines extends Filter<ILoggingEvent> {

    @Override
    public FilterReply decide(ILoggingEvent event) {
        IThrowableProxy thrown = event.getThrowableProxy();
        String cause = thrown == null ? "" : thrown.getClassName();
        return isHarmless(event.getLoggerName(), event.getFormattedMessage(), cause)
                ? FilterReply.DENY
                : FilterReply.NEUTRAL;
    }

    static boolean isHarmless(String logger, String message, String thrown) {
        return switch (logger) {
            case "org.apache.kafka.controller.QuorumController" -> message.contains("Performing controller activation");
            case "org.apache.kafka.clients.NetworkClient" ->
                message.contains("Attempting to close NetworkClient that has already been closed");
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
