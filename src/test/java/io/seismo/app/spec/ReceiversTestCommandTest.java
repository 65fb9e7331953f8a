package io.seismo.app.spec;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.seismo.app.SeismoCommand;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code seismo receivers test} against a server on the loopback interface. */
class ReceiversTestCommandTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final List<JsonNode> hooked = Collections.synchronizedList(new ArrayList<>());
    private final List<JsonNode> managed = Collections.synchronizedList(new ArrayList<>());
    private volatile int status = 204;
    private HttpServer server;

    @TempDir
    private Path dir;

    @BeforeEach
    void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/secret-path", exchange -> {
            hooked.add(JSON.readTree(exchange.getRequestBody()));
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
        });
        server.createContext("/api/v2/alerts", exchange -> {
            managed.add(JSON.readTree(exchange.getRequestBody()).get(0));
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void shouldSendOneMarkedAlertFiringThenResolvedToEachReceiver() throws IOException {
        assertThat(run("--receiver", "hook", "--receiver", "oncall")).isZero();
        assertThat(hooked)
                .extracting(told -> told.get("type").asText())
                .containsExactly("seismo.alert.firing", "seismo.alert.resolved");
        assertThat(hooked).allSatisfy(told -> {
            assertThat(told.at("/data/alert").asText()).isEqualTo("SeismoTest");
            assertThat(told.at("/data/summary").asText()).startsWith("TEST: nothing is wrong");
            assertThat(told.at("/data/severity").asText()).isEqualTo("ticket");
            assertThat(told.at("/data/labels/test").asText()).isEqualTo("true");
            assertThat(told.at("/data/labels/deployment").asText()).isEqualTo("lab");
        });
        assertThat(hooked.get(0).at("/data/dedup_key"))
                .isNotEqualTo(hooked.get(1).at("/data/dedup_key"));
        assertThat(managed).hasSize(2);
        assertThat(managed.get(0).at("/labels")).isEqualTo(managed.get(1).at("/labels"));
        assertThat(managed.get(0).at("/labels/severity").asText()).isEqualTo("page");
        assertThat(out.toString())
                .contains(
                        "ok      hook (http://127.0.0.1:" + port() + "): firing ticket: delivered: 204",
                        "ok      oncall (http://127.0.0.1:" + port() + "): resolved page: delivered: 200");
        assertThat(out.toString()).doesNotContain("secret-path");
    }

    @Test
    void shouldExitWithOneAndNotResolveWhenFiringDidNotArrive() throws IOException {
        status = 503;
        assertThat(run("--receiver", "hook")).isEqualTo(1);
        assertThat(hooked).hasSize(1);
        assertThat(managed).isEmpty();
        assertThat(out.toString())
                .contains("fail    hook", "not delivered: 503", "resolved ticket: not tried: firing did not arrive")
                .doesNotContain("oncall");
    }

    @Test
    void shouldTryEachMemberOfAClusterByItself() throws IOException {
        assertThat(run("--receiver", "pair", "--json")).isEqualTo(1);
        List<String> lines = out.toString().lines().toList();
        assertThat(lines).hasSize(4);
        JsonNode down = JSON.readTree(lines.get(0));
        assertThat(down.get("address").asText()).isEqualTo("http://127.0.0.1:1");
        assertThat(down.get("delivered").asBoolean()).isFalse();
        assertThat(JSON.readTree(lines.get(3)).get("delivered").asBoolean()).isTrue();
        assertThat(managed).hasSize(2);
    }

    @Test
    void shouldNameTheReceiverWhenItsSecretCannotBeRead() throws IOException {
        assertThat(run("--receiver", "sealed")).isEqualTo(1);
        assertThat(out.toString()).contains("fail    sealed", "cannot work as configured: receiver sealed: ");
        assertThat(hooked).isEmpty();
    }

    @Test
    void shouldNameTheReceiversThereAreWhenOneIsUnknown() throws IOException {
        assertThat(run("--receiver", "pager")).isEqualTo(1);
        assertThat(err.toString())
                .contains("--receiver: the spec has no receiver pager", "It has: hook, oncall, pair, sealed");
    }

    @Test
    void shouldShowAnExampleInItsHelp() {
        assertThat(command("receivers", "test", "--help")).isZero();
        assertThat(out.toString()).contains("Example: seismo receivers test --spec monitor.yaml");
    }

    private int run(String... more) throws IOException {
        List<String> args = new ArrayList<>(List.of("receivers", "test", "--spec", spec().toString()));
        args.addAll(List.of(more));
        return command(args.toArray(String[]::new));
    }

    private int command(String... args) {
        return SeismoCommand.commandLine(new PrintWriter(out, true), new PrintWriter(err, true))
                .execute(args);
    }

    private int port() {
        return server.getAddress().getPort();
    }

    private Path spec() throws IOException {
        String here = "http://127.0.0.1:" + port();
        return Files.writeString(dir.resolve("monitor.yaml"), """
                seismo: 1
                deployment: lab
                model: { name: m, revision: r }
                taps:
                  mid: { hook: blocks.3.resid_post, d_in: 384, dtype: bf16 }
                encoders:
                  topics: { sae: some/sae, tap: mid }
                watch:
                  bridge: { read: topics/7, severity: page }
                detectors:
                  rate: { watch: "*", method: cusum, window: 1m, shifts: [2, 5], false_pages_per_week: 0.8 }
                alerts:
                  Spike: { from: [rate] }
                receivers:
                  hook: { webhook: "HERE/secret-path", severity: [info, ticket] }
                  oncall: { alertmanager: ["HERE"], severity: [page, ticket] }
                  pair: { alertmanager: ["http://127.0.0.1:1", "HERE"], severity: [page] }
                  sealed: { webhook: "HERE/secret-path", secret_file: /no/such/file, severity: [page] }
                """.replace("HERE", here));
    }
}
