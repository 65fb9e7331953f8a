package io.seismo.notify;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** A real Alertmanager in a process of its own, on the loopback interface, without a cluster. */
final class RealAlertmanager implements AutoCloseable {

    /** The Debian package's name first. */
    static final List<String> NAMES = List.of("prometheus-alertmanager", "alertmanager");

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient client = HttpClient.newHttpClient();
    private final Process process;
    private final URI address;
    private final Path log;

    private RealAlertmanager(Process process, URI address, Path log) {
        this.process = process;
        this.address = address;
        this.log = log;
    }

    /** The binary, when this machine has one on its path. */
    static Optional<Path> binary() {
        for (String folder : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator)) {
            for (String name : NAMES) {
                Path binary = Path.of(folder, name);
                if (Files.isExecutable(binary) && !Files.isDirectory(binary)) {
                    return Optional.of(binary);
                }
            }
        }
        return Optional.empty();
    }

    /**
     * Starts it and waits until it is ready.
     *
     * @param directory for its configuration, data and log
     * @param hook where it is to post what it notifies
     */
    static RealAlertmanager start(Path binary, Path directory, URI hook) throws Exception {
        Path config = Files.writeString(directory.resolve("alertmanager.yml"), """
                route: { receiver: hook, group_by: [alertname], group_wait: 0s, group_interval: 1s, repeat_interval: 1h }
                receivers:
                  - name: hook
                    webhook_configs: [{ url: "%s", send_resolved: true }]
                """.formatted(hook));
        int port = freePort();
        Path log = directory.resolve("alertmanager.log");
        Process process = new ProcessBuilder(
                        binary.toString(),
                        "--config.file=" + config,
                        "--storage.path=" + directory.resolve("data"),
                        "--web.listen-address=127.0.0.1:" + port,
                        "--cluster.listen-address=")
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        RealAlertmanager alertmanager = new RealAlertmanager(process, URI.create("http://127.0.0.1:" + port), log);
        try {
            alertmanager.await("ready", () -> alertmanager.get("/-/ready").statusCode() == 200);
            return alertmanager;
        } catch (Exception | AssertionError failure) {
            alertmanager.close();
            throw failure;
        }
    }

    URI address() {
        return address;
    }

    /** What {@code /api/v2/alerts} lists: alerts that are not resolved. */
    JsonNode alerts() throws IOException, InterruptedException {
        HttpResponse<String> response = get("/api/v2/alerts");
        if (response.statusCode() != 200) {
            throw new IOException("status " + response.statusCode() + ": " + response.body());
        }
        return JSON.readTree(response.body());
    }

    /** Waits until what it lists is as wanted, and gives that. */
    JsonNode awaitAlerts(String what, Predicate<JsonNode> wanted) throws Exception {
        await(what, () -> wanted.test(alerts()));
        return alerts();
    }

    @Override
    public void close() throws Exception {
        process.destroy();
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
        }
    }

    private interface Probe {
        boolean holds() throws IOException, InterruptedException;
    }

    private void await(String what, Probe probe) throws Exception {
        long end = System.nanoTime() + PATIENCE.toNanos();
        String last = "";
        while (System.nanoTime() < end) {
            try {
                if (probe.holds()) {
                    return;
                }
            } catch (IOException notYet) {
                last = notYet.toString();
            }
            if (process.waitFor(50, TimeUnit.MILLISECONDS)) {
                throw new AssertionError("Alertmanager ended by itself:\n" + Files.readString(log));
            }
        }
        throw new AssertionError("not " + what + " in time; " + last + "\n" + Files.readString(log));
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(address.resolve(path))
                .timeout(Duration.ofSeconds(5))
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
