package io.seismo.notify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.seismo.wire.AlertState;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WebhookReceiverTest {

    private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.ofEpochSecond(1_614_265_330));

    private final Notice notice = Samples.notice("page", AlertState.ALERT_STATE_FIRING, 5);
    private final List<Map<String, String>> received = new ArrayList<>();
    private final List<byte[]> bodies = new ArrayList<>();
    private final CountDownLatch release = new CountDownLatch(1);
    private HttpServer server;
    private volatile int status = 200;

    @TempDir
    Path dir;

    @BeforeEach
    void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newCachedThreadPool());
        server.createContext("/hook", this::answer);
        server.createContext("/elsewhere", exchange -> received.add(Map.of("redirected", "yes")));
        server.start();
    }

    @AfterEach
    void stop() {
        release.countDown();
        server.stop(0);
    }

    @Test
    void shouldSignAsThePublishedVectorSays() {
        byte[] secret = Base64.getDecoder().decode(SECRET.substring("whsec_".length()));
        byte[] body = "{\"test\": 2432232314}".getBytes(StandardCharsets.UTF_8);
        assertThat(Signature.of(List.of(secret), "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, body))
                .isEqualTo("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    @Test
    void shouldSendASignatureOverTheVeryBytesWhenASecretIsGiven() throws Exception {
        assertThat(receiver(secrets(SECRET)).deliver(notice).kind()).isEqualTo(Outcome.Kind.DELIVERED);
        Map<String, String> headers = received.get(0);
        List<byte[]> key = Signature.secrets(secrets(SECRET));
        assertThat(headers.get("Webhook-signature"))
                .isEqualTo(Signature.of(key, headers.get("Webhook-id"), 1_614_265_330, bodies.get(0)));
        assertThat(headers.get("Webhook-timestamp")).isEqualTo("1614265330");
        assertThat(new String(bodies.get(0), StandardCharsets.UTF_8)).contains("FeatureSpike", "37 of 2,140");
    }

    @Test
    void shouldKeepTheIdWhenItTriesAgainAndSignTwiceWhileSecretsRotate() throws Exception {
        WebhookReceiver receiver = receiver(secrets(SECRET));
        status = 503;
        receiver.deliver(notice);
        secrets(SECRET + "\nwhsec_" + Base64.getEncoder().encodeToString(new byte[32]));
        status = 204;
        receiver.deliver(notice);
        assertThat(received.get(1).get("Webhook-id")).isEqualTo(received.get(0).get("Webhook-id"));
        assertThat(received.get(1).get("Webhook-signature").split(" ")).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource({
        "200, DELIVERED",
        "204, DELIVERED",
        "302, RETRY",
        "400, REFUSED",
        "401, RETRY",
        "410, DISABLED",
        "413, REFUSED",
        "429, RETRY",
        "500, RETRY",
        "503, RETRY"
    })
    void shouldJudgeByStatusAndNeverFollowARedirect(int answered, Outcome.Kind kind) {
        status = answered;
        Outcome outcome = receiver(null).deliver(notice);
        assertThat(outcome.kind()).isEqualTo(kind);
        assertThat(outcome.detail()).isEqualTo(Integer.toString(answered));
        assertThat(outcome.waitMs()).isEqualTo(answered == 429 ? 7_000 : 0);
        assertThat(received).hasSize(1).noneMatch(headers -> headers.containsKey("redirected"));
    }

    @Test
    void shouldTryAgainWhenNobodyAnswersInTime() {
        status = -1;
        assertThat(receiver(null).deliver(notice)).isEqualTo(Outcome.of(Outcome.Kind.RETRY, "timeout"));
    }

    @Test
    void shouldTryAgainWhenNobodyListens() {
        server.stop(0);
        assertThat(receiver(null).deliver(notice)).isEqualTo(Outcome.of(Outcome.Kind.RETRY, "ConnectException"));
    }

    @Test
    void shouldRefuseToStartWithoutQuotingTheSecretWhenItIsMalformed() throws Exception {
        Path file = secrets("whsec_c2hvcnQ=");
        assertThatThrownBy(() -> receiver(file))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(file.toString())
                .hasMessageNotContaining("c2hvcnQ");
        assertThatThrownBy(() -> receiver(dir.resolve("absent")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("absent");
    }

    private WebhookReceiver receiver(Path secretFile) {
        URI url = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/hook");
        return new WebhookReceiver(url, secretFile, CLOCK, Duration.ofMillis(status == -1 ? 200 : 20_000));
    }

    private Path secrets(String text) throws IOException {
        return Files.writeString(dir.resolve("secret"), text + "\n");
    }

    private void answer(HttpExchange exchange) throws IOException {
        TreeMap<String, String> headers = new TreeMap<>();
        exchange.getRequestHeaders().forEach((name, values) -> headers.put(name, values.get(0)));
        received.add(headers);
        bodies.add(exchange.getRequestBody().readAllBytes());
        if (status == -1) {
            try {
                release.await();
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
            }
            return;
        }
        exchange.getResponseHeaders().add("Location", "/elsewhere");
        if (status == 429) {
            exchange.getResponseHeaders().add("Retry-After", "7");
        }
        exchange.sendResponseHeaders(status, -1);
        exchange.close();
    }
}
