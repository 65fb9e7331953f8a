package io.seismo.topology;

import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one application until closed.
 *
 * <p>A failure that Streams cannot handle stops the client rather than replacing the thread: a state machine that threw
 * is not to be trusted with the next record, and whoever supervises the process restarts it from what was committed.
 */
public final class Runner implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Runner.class);

    private final String role;
    private final KafkaStreams streams;
    private final CountDownLatch running = new CountDownLatch(1);
    private final CompletableFuture<Throwable> failure = new CompletableFuture<>();

    /**
     * A client that has not started.
     *
     * @param role name for logs and health
     */
    public Runner(String role, Topology topology, Map<String, Object> settings) {
        this.role = role;
        Properties properties = new Properties();
        properties.putAll(settings);
        this.streams = new KafkaStreams(topology, properties);
        streams.setStateListener((now, before) -> {
            if (now == KafkaStreams.State.RUNNING) {
                running.countDown();
            } else if (now == KafkaStreams.State.ERROR) {
                failure.complete(new IllegalStateException("role " + role + " stopped after an error"));
            }
        });
        streams.setGlobalStateRestoreListener(new RestoreLog(role));
        streams.setUncaughtExceptionHandler(thrown -> {
            failure.complete(thrown);
            LOG.error("role {} stops: {}", role, rootMessage(thrown));
            LOG.debug("stack of the failure of role {}", role, thrown);
            return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        });
    }

    /** Starts the client; returns at once. */
    public void start() {
        streams.start();
    }

    /** Role name. */
    public String role() {
        return role;
    }

    /** Completes with the cause when the client has stopped by failure. */
    public CompletableFuture<Throwable> failure() {
        return failure;
    }

    /** Waits until all assigned partitions are restored and processing; false when time ran out. */
    public boolean awaitRunning(Duration timeout) throws InterruptedException {
        return running.await(timeout.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Running, with nothing left to restore. */
    public boolean ready() {
        return streams.state() == KafkaStreams.State.RUNNING;
    }

    /** The state Streams reports, for health pages. */
    public String state() {
        return streams.state().name();
    }

    @Override
    public void close() {
        streams.close(Duration.ofSeconds(20));
    }

    private static String rootMessage(Throwable thrown) {
        Throwable cause = thrown;
        while (cause.getCause() != null && cause.getCause() != cause) {
            cause = cause.getCause();
        }
        return cause.getClass().getSimpleName() + ": " + cause.getMessage();
    }
}
