package io.seismo.app.cli;

import io.seismo.telemetry.HarmlessLines;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which Kafka cluster a command talks to. A mixin; a command declares {@code @Mixin Cluster cluster}. */
public final class Cluster {

    /** How long a command waits for a cluster. */
    public static final int TIMEOUT_MS = 15_000;

    @Option(
            names = "--bootstrap",
            paramLabel = "HOST:PORT",
            required = true,
            description = "Brokers to connect to first, separated by commas.")
    private String bootstrap = "";

    @Option(
            names = "--command-config",
            paramLabel = "FILE",
            description = "Kafka client properties, such as TLS and SASL settings.")
    private @Nullable Path commandConfig;

    /** Properties of clients of the cluster. */
    public Map<String, Object> client() {
        return ClientProperties.of(bootstrap, commandConfig);
    }

    /** As given on the command line. */
    public String bootstrap() {
        return bootstrap;
    }

    /** An administrative client that gives up in seconds rather than minutes. */
    public static Admin admin(Map<String, Object> client) {
        Map<String, Object> properties = new HashMap<>(client);
        properties.putIfAbsent("request.timeout.ms", Integer.toString(TIMEOUT_MS / 2));
        properties.putIfAbsent("client.id", HarmlessLines.COMMAND_CLIENT);
        properties.putIfAbsent("default.api.timeout.ms", Integer.toString(TIMEOUT_MS));
        try {
            return Admin.create(properties);
        } catch (KafkaException failure) {
            Throwable cause = failure.getCause() == null ? failure : failure.getCause();
            throw new CommandFailure("cannot connect: " + cause.getMessage(), "Is --bootstrap host:port?", failure);
        }
    }

    /** Waits for an answer; failures say what was asked. */
    public static <T> T answer(String asked, KafkaFuture<T> future) {
        try {
            return future.get(2L * TIMEOUT_MS, TimeUnit.MILLISECONDS);
        } catch (ExecutionException failure) {
            Throwable cause = failure.getCause() == null ? failure : failure.getCause();
            if (cause instanceof org.apache.kafka.common.errors.TimeoutException) {
                throw silence(asked, failure);
            }
            throw new CommandFailure("cannot " + asked + ": " + Errors.describe(cause), null, failure);
        } catch (TimeoutException late) {
            throw silence(asked, late);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new CommandFailure("interrupted: " + asked, null, interrupted);
        }
    }

    /** No broker answers. */
    public static CommandFailure silence(String asked, Exception cause) {
        return new CommandFailure(
                "cannot " + asked + ": no broker answers",
                "Is --bootstrap right, are the brokers reachable from here, and do they want TLS (--command-config)?"
                        + " 'seismo broker' starts one on this machine.",
                cause);
    }
}
