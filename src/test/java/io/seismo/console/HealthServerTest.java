package io.seismo.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seismo.telemetry.Instrument;
import io.seismo.telemetry.Telemetry;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

class HealthServerTest {

    private final HttpClient client = HttpClient.newHttpClient();
    private final AtomicBoolean ready = new AtomicBoolean();
    private final TreeMap<String, BooleanSupplier> checks = new TreeMap<>();

    @Test
    void shouldServeMetricsAndHealthWhenStarted() throws Exception {
        checks.put("encode", ready::get);
        checks.put("broken", () -> {
            throw new IllegalStateException("x");
        });
        try (Telemetry telemetry = new Telemetry();
                HealthServer server = serve(telemetry, 0)) {
            telemetry.meters().add(Instrument.RECORDS_REFUSED, 2, "late");
            assertThat(get(server, "/metrics").body()).contains("seismo_records_refused_total{", "reason=\"late\"");
            assertThat(get(server, "/livez").statusCode()).isEqualTo(200);
            assertThat(get(server, "/readyz").statusCode()).isEqualTo(503);
            ready.set(true);
            assertThat(get(server, "/readyz").body()).isEqualTo("failed broken\nok     encode\nnot ready\n");
            assertThat(get(server, "/nothing").statusCode()).isEqualTo(404);
        }
    }

    @Test
    void shouldBeReadyWhenAllChecksHold() throws Exception {
        checks.put("encode", () -> true);
        try (Telemetry telemetry = new Telemetry();
                HealthServer server = serve(telemetry, 0)) {
            assertThat(get(server, "/readyz").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void shouldSaySoWhenThePortIsTaken() {
        try (Telemetry telemetry = new Telemetry();
                HealthServer server = serve(telemetry, 0)) {
            assertThatThrownBy(() -> serve(telemetry, server.port()))
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageContaining("port " + server.port() + " of 127.0.0.1 is taken");
        }
    }

    private HealthServer serve(Telemetry telemetry, int port) {
        return HealthServer.start(
                "127.0.0.1", port, new HealthServer.Sources(Telemetry.CONTENT_TYPE, telemetry::prometheusText, checks));
    }

    private HttpResponse<String> get(HealthServer server, String path) throws Exception {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(server.url() + path)).build();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }
}
