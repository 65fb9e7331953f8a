package io.seismo.console;

import io.javalin.Javalin;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Serves {@code /livez}, {@code /readyz} and {@code /metrics}. */
public final class HealthServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(HealthServer.class);
    private static final String PLAIN = "text/plain; charset=utf-8";

    private final Javalin http;
    private final String host;

    private HealthServer(Javalin http, String host) {
        this.http = http;
        this.host = host;
    }

    /**
     * What it serves.
     *
     * @param metricsType content type of the metrics
     * @param metrics their text
     * @param checks what must hold for the process to be ready, by name
     */
    public record Sources(String metricsType, Supplier<String> metrics, SortedMap<String, BooleanSupplier> checks) {
        public Sources {
            checks = new TreeMap<>(checks);
        }
    }

    /**
     * Starts to serve.
     *
     * @param host address to bind; {@code 127.0.0.1} unless others must reach it
     * @param port 0 picks a free one
     * @throws UncheckedIOException when the port is taken
     */
    public static HealthServer start(String host, int port, Sources sources) {
        Javalin http = Javalin.create(config -> {
            config.startup.showJavalinBanner = false;
            config.routes.get("/livez", context -> context.contentType(PLAIN).result("ok\n"));
            config.routes.get("/readyz", context -> ready(context, sources.checks()));
            config.routes.get(
                    "/metrics",
                    context -> context.contentType(sources.metricsType())
                            .result(sources.metrics().get()));
        });
        try {
            http.start(host, port);
        } catch (RuntimeException failure) {
            http.stop();
            throw new UncheckedIOException(explained(failure, host, port));
        }
        return new HealthServer(http, host);
    }

    /** Port it listens on. */
    public int port() {
        return http.port();
    }

    /** Address of the metrics. */
    public String url() {
        return "http://" + host + ":" + port();
    }

    @Override
    public void close() {
        http.stop();
    }

    private static void ready(Context context, SortedMap<String, BooleanSupplier> checks) {
        List<String> failing = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        checks.forEach((name, check) -> {
            boolean holds = holds(name, check);
            text.append(holds ? "ok     " : "failed ").append(name).append('\n');
            if (!holds) {
                failing.add(name);
            }
        });
        context.status(failing.isEmpty() ? 200 : 503)
                .contentType(PLAIN)
                .result(text.append(failing.isEmpty() ? "ready\n" : "not ready\n")
                        .toString());
    }

    private static boolean holds(String name, BooleanSupplier check) {
        try {
            return check.getAsBoolean();
        } catch (RuntimeException failure) {
            LOG.atWarn().addKeyValue("check", name).setCause(failure).log("a readiness check failed to answer");
            return false;
        }
    }

    private static IOException explained(RuntimeException failure, String host, int port) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof BindException) {
                return new IOException("port " + port + " of " + host + " is taken", failure);
            }
        }
        return new IOException("cannot serve on " + host + ":" + port + ": " + failure.getMessage(), failure);
    }
}
