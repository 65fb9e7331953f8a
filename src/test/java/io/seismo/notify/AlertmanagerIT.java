package io.seismo.notify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.seismo.wire.AlertState;
import io.seismo.wire.Delivery;
import io.seismo.wire.Severity;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a real Alertmanager makes of what it is sent. Skipped, with the reason, where none is installed; with
 * {@code -Dseismo.alertmanager=required} that is a failure instead.
 */
class AlertmanagerIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final InstantSource CLOCK = InstantSource.system();

    @TempDir
    private Path directory;

    private final BlockingQueue<JsonNode> notified = new LinkedBlockingQueue<>();
    private final List<AutoCloseable> open = new ArrayList<>();
    private HttpServer hook;
    private RealAlertmanager alertmanager;

    @BeforeEach
    void start() throws Exception {
        Optional<Path> binary = RealAlertmanager.binary();
        String missing = "no Alertmanager on the path; install the Debian package prometheus-alertmanager";
        if (System.getProperty("seismo.alertmanager", "").equals("required")) {
            assertThat(binary).as(missing).isPresent();
        }
        assumeThat(binary).as(missing).isPresent();
        hook = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        hook.createContext("/", exchange -> {
            notified.add(JSON.readTree(exchange.getRequestBody()));
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        hook.start();
        open.add(() -> hook.stop(0));
        URI url = URI.create("http://127.0.0.1:" + hook.getAddress().getPort() + "/");
        alertmanager = RealAlertmanager.start(binary.orElseThrow(), directory, url);
        open.add(alertmanager);
    }

    @AfterEach
    void stop() throws Exception {
        for (int i = open.size() - 1; i >= 0; i--) {
            open.get(i).close();
        }
    }

    @Test
    void shouldFireAndResolveAsOneAlert() throws Exception {
        AlertmanagerReceiver receiver = receiver(alertmanager.address());
        Notice firing = Samples.notice("page", AlertState.ALERT_STATE_FIRING, 5);
        Instant sent = CLOCK.instant();
        Delivery first = dispatch(receiver, firing);
        assertThat(first.getOutcome()).isEqualTo("200");
        assertThat(first.getDelivered()).isTrue();

        JsonNode alert = only(alertmanager.awaitAlerts("listed", alerts -> alerts.size() == 1));
        assertThat(JSON.convertValue(alert.get("labels"), TreeMap.class)).isEqualTo(firing.labels());
        assertThat(alert.at("/annotations/summary").asText())
                .isEqualTo(firing.evidence().getSummary());
        assertThat(alert.at("/annotations/replay").asText())
                .isEqualTo(firing.evidence().getReplay());
        assertThat(instant(alert, "startsAt")).isEqualTo(Instant.ofEpochMilli(firing.sinceMs()));
        assertThat(instant(alert, "endsAt")).isBetween(sent.plusSeconds(200), sent.plusSeconds(300));
        assertThat(alert.at("/status/state").asText()).isIn("active", "unprocessed");
        JsonNode page = next("firing");

        Delivery second = dispatch(receiver, Samples.notice("page", AlertState.ALERT_STATE_RESOLVED, 9));
        assertThat(second.getOutcome()).isEqualTo("200");
        alertmanager.awaitAlerts("gone", JsonNode::isEmpty);
        JsonNode over = next("resolved");
        assertThat(over.at("/alerts/0/fingerprint")).isEqualTo(page.at("/alerts/0/fingerprint"));
        assertThat(instant(over.at("/alerts/0"), "startsAt")).isEqualTo(Instant.ofEpochMilli(firing.sinceMs()));
        assertThat(instant(over.at("/alerts/0"), "endsAt")).isBetween(sent, CLOCK.instant());
    }

    @Test
    void shouldStayFiringWhenItIsToldAgainAndMovesTheEndAhead() throws Exception {
        AlertmanagerReceiver receiver = receiver(alertmanager.address());
        dispatch(receiver, Samples.notice("page", AlertState.ALERT_STATE_FIRING, 5));
        Instant before = instant(only(alertmanager.awaitAlerts("listed", alerts -> alerts.size() == 1)), "endsAt");
        receiver.repeat();
        JsonNode again = only(alertmanager.awaitAlerts(
                "moved",
                alerts -> alerts.size() == 1 && instant(alerts.get(0), "endsAt").isAfter(before)));
        assertThat(instant(again, "startsAt")).isEqualTo(Instant.ofEpochMilli(Samples.TIME - 10_000));
    }

    /** A replay or a demo runs ahead of the wall clock; Alertmanager must not be given an end before its start. */
    @Test
    void shouldFireAndResolveWhenEventTimeLiesAhead() throws Exception {
        AlertmanagerReceiver receiver = receiver(alertmanager.address());
        long tomorrow = CLOCK.millis() + Duration.ofDays(1).toMillis();
        dispatch(receiver, at(tomorrow, AlertState.ALERT_STATE_FIRING));
        JsonNode alert = only(alertmanager.awaitAlerts("listed", alerts -> alerts.size() == 1));
        assertThat(instant(alert, "startsAt")).isBefore(CLOCK.instant());
        next("firing");
        assertThat(dispatch(receiver, at(tomorrow, AlertState.ALERT_STATE_RESOLVED))
                        .getOutcome())
                .isEqualTo("200");
        alertmanager.awaitAlerts("gone", JsonNode::isEmpty);
        next("resolved");
    }

    @Test
    void shouldResolveWhatAnEarlierProcessFired() throws Exception {
        dispatch(receiver(alertmanager.address()), Samples.notice("page", AlertState.ALERT_STATE_FIRING, 5));
        next("firing");
        dispatch(receiver(alertmanager.address()), Samples.notice("page", AlertState.ALERT_STATE_RESOLVED, 9));
        alertmanager.awaitAlerts("gone", JsonNode::isEmpty);
        next("resolved");
    }

    @Test
    void shouldEndABreachByItselfAndTellOneMemberWhenAnotherIsDown() throws Exception {
        URI down = URI.create("http://127.0.0.1:1");
        Notice breach = new Notices(Samples.plan())
                .of(Samples.breach("loud", CLOCK.millis()))
                .orElseThrow();
        assertThat(dispatch(receiver(down, alertmanager.address()), breach).getOutcome())
                .isEqualTo("200");
        JsonNode alert = only(alertmanager.awaitAlerts("listed", alerts -> alerts.size() == 1));
        assertThat(alert.at("/labels/alertname").asText()).isEqualTo("Breach");
        assertThat(alert.at("/labels/severity").asText()).isEqualTo("page");
        assertThat(Duration.between(instant(alert, "startsAt"), instant(alert, "endsAt")))
                .isBetween(Duration.ofMinutes(9), Duration.ofMinutes(11));
    }

    /** The control: what Alertmanager refuses is reported as refused, not as delivered. */
    @Test
    void shouldReportARefusalWhenAlertmanagerDoesNotTakeALabel() throws Exception {
        Notice good = Samples.notice("page", AlertState.ALERT_STATE_FIRING, 5);
        TreeMap<String, String> labels = new TreeMap<>(good.labels());
        labels.put("not a label", "x");
        Notice bad = new Notice(
                good.dedupKey(),
                good.subject(),
                good.name(),
                good.severity(),
                good.state(),
                labels,
                good.timeMs(),
                good.sinceMs(),
                good.evidence());
        Delivery delivery = dispatch(receiver(alertmanager.address()), bad);
        assertThat(delivery.getDelivered()).isFalse();
        assertThat(delivery.getOutcome()).isEqualTo("refused: 400");
        assertThat(alertmanager.alerts()).isEmpty();
    }

    private AlertmanagerReceiver receiver(URI... members) {
        AlertmanagerReceiver receiver = new AlertmanagerReceiver(List.of(members), CLOCK, TIMEOUT);
        open.add(receiver);
        return receiver;
    }

    /** Through the dispatcher, as the role does it. */
    private static Delivery dispatch(AlertmanagerReceiver receiver, Notice notice) {
        TreeMap<String, Set<Severity>> routes = new TreeMap<>();
        routes.put("oncall", Set.of(Severity.SEVERITY_PAGE));
        Dispatcher dispatcher = new Dispatcher(routes);
        dispatcher.offer(notice, 0);
        Dispatcher.Attempt attempt = dispatcher.due(0).get(0);
        return dispatcher.report(attempt, receiver.deliver(attempt.notice()), 0).get(0);
    }

    private static Notice at(long sinceMs, AlertState state) {
        Notice notice = Samples.notice("page", state, 5);
        return new Notice(
                notice.dedupKey(),
                notice.subject(),
                notice.name(),
                notice.severity(),
                state,
                notice.labels(),
                sinceMs + 60_000,
                sinceMs,
                notice.evidence());
    }

    private JsonNode next(String status) throws InterruptedException {
        JsonNode page = notified.poll(30, TimeUnit.SECONDS);
        assertThat(page).as("notification that it is " + status).isNotNull();
        assertThat(page.get("status").asText()).isEqualTo(status);
        return page;
    }

    private static JsonNode only(JsonNode alerts) {
        assertThat(alerts).hasSize(1);
        return alerts.get(0);
    }

    private static Instant instant(JsonNode alert, String field) {
        return OffsetDateTime.parse(alert.get(field).asText()).toInstant();
    }
}
