package io.seismo.app.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.seismo.app.broker.EmbeddedBroker;
import io.seismo.app.cli.Deployment;
import io.seismo.app.cli.SpecFiles;
import io.seismo.app.doctor.Topics;
import io.seismo.app.epochs.EpochBook;
import io.seismo.app.epochs.LoggedPlans;
import io.seismo.app.replay.ReplayOptions;
import io.seismo.replay.Replay;
import io.seismo.spec.MonitorPlan;
import io.seismo.spec.TopicNames;
import io.seismo.weights.load.WeightCatalog;
import io.seismo.wire.AlertState;
import io.seismo.wire.AlertTransition;
import io.seismo.wire.CloseReason;
import io.seismo.wire.PaneDigest;
import io.seismo.wire.RequestScore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A spec changes while requests are open and an alert fires: on a real broker, with the SAE of the demo. A process that
 * is started again with the new spec and one that learns of it from the log do exactly the same, and so does a replay.
 */
class SpecChangeIT {

    private static final int PANES = 30;

    private final long startMs = Math.floorDiv(System.currentTimeMillis(), 3_600_000) * 3_600_000 - 7_200_000;

    @TempDir
    private Path dir;

    /** What came out. */
    private record Outcome(
            List<PaneDigest> digests,
            List<AlertTransition> transitions,
            List<RequestScore> scores,
            Replay.Outcome fromFeatures,
            Replay.Outcome fromActivations) {}

    @Test
    void shouldGoOnUnderTheNewSpecWhetherRestartedOrNot() throws Exception {
        Outcome restarted = run("restarted", true);
        Outcome learned = run("learned", false);

        assertThat(learned.digests()).isEqualTo(restarted.digests());
        assertThat(learned.transitions())
                .extracting(AlertTransition::getCore)
                .isEqualTo(restarted.transitions().stream()
                        .map(AlertTransition::getCore)
                        .toList());
        long change = startMs / 10_000 + PANES + 3;
        for (PaneDigest digest : learned.digests()) {
            assertThat(digest.getEpoch()).as("pane %d", digest.getPane()).isEqualTo(digest.getPane() < change ? 1 : 2);
        }
        requireOpenRequestsCut(learned);
        requireLostAlertResolved(learned, change);
        for (Replay.Outcome replay : List.of(
                restarted.fromFeatures(),
                learned.fromFeatures(),
                restarted.fromActivations(),
                learned.fromActivations())) {
            assertThat(replay.differences()).isEmpty();
            assertThat(replay.equal()).isTrue();
            assertThat(replay.exact()).isTrue();
            assertThat(replay.transitions()).isEqualTo(learned.transitions().size());
        }
    }

    private static void requireOpenRequestsCut(Outcome outcome) {
        List<RequestScore> cut = outcome.scores().stream()
                .filter(score -> score.getClosedBy() == CloseReason.CLOSE_REASON_EPOCH)
                .toList();
        assertThat(cut).extracting(RequestScore::getRequestId).contains("long-0", "long-1");
        assertThat(cut).extracting(RequestScore::getEpoch).containsOnly(1L);
        assertThat(outcome.scores()).extracting(RequestScore::getEpoch).contains(2L);
    }

    private static void requireLostAlertResolved(Outcome outcome, long change) {
        List<AlertTransition> blind = outcome.transitions().stream()
                .filter(moved -> moved.getCore().getLabelsList().toString().contains("MonitorBlind"))
                .toList();
        AlertTransition last = blind.get(blind.size() - 1);
        assertThat(last.getCore().getFrom()).isEqualTo(AlertState.ALERT_STATE_FIRING);
        assertThat(last.getCore().getTo()).isEqualTo(AlertState.ALERT_STATE_RESOLVED);
        assertThat(last.getCore().getPane()).isEqualTo(change);
        assertThat(last.getEvidence().getSummary()).endsWith("the spec of epoch 2 does not have this alert");
        assertThat(outcome.transitions().toString()).contains("MonitorLost");
    }

    private Outcome run(String name, boolean restart) throws Exception {
        Path home = dir.resolve(name);
        Deployment before = deployment(SpecFiles.packaged().replace("for: 5m", "for: 30s"));
        Deployment after =
                deployment(before.yaml().replace("MonitorBlind", "MonitorLost").replace("3.05", "2.4"));
        try (EmbeddedBroker broker = EmbeddedBroker.start(
                        new EmbeddedBroker.Settings(home.resolve("broker"), 0, Duration.ofDays(30)));
                EncoderShelf encoders = new EncoderShelf()) {
            Map<String, Object> client = Map.of("bootstrap.servers", broker.bootstrap());
            TopicNames topics = new TopicNames(before.plan().deployment());
            Topics.create(client, before.plan());
            try (LoggedPlans plans = new LoggedPlans(client, topics);
                    SpecChangeTraffic traffic = new SpecChangeTraffic(client, before.plan(), startMs)) {
                EpochBook book = new EpochBook(client, new WeightCatalog(), plans);
                MonitorPlan first = book.enter(before, encoders.of(before.plan()), 0);
                Monitor monitor = LiveRun.start(first, client, home, encoders);
                try {
                    traffic.panes(PANES, plans.schedule());
                    LiveRun.await(traffic.closed(), monitor, client, topics);
                    if (restart) {
                        monitor.close();
                    }
                    MonitorPlan second = book.enter(after, encoders.of(after.plan()), traffic.nextPane() + 3);
                    assertThat(second.epoch()).isEqualTo(2);
                    if (restart) {
                        monitor = LiveRun.start(second, client, home, encoders);
                    }
                    traffic.panes(PANES, plans.schedule());
                    LiveRun.await(traffic.closed(), monitor, client, topics);
                } finally {
                    monitor.close();
                }
                return outcome(client, topics, encoders);
            }
        }
    }

    private static Deployment deployment(String yaml) {
        return Deployment.of("a test", yaml, new WeightCatalog());
    }

    private static Outcome outcome(Map<String, Object> client, TopicNames topics, EncoderShelf encoders) {
        assertThat(ReplayOptions.plans(client, topics)).hasSize(2);
        List<PaneDigest> digests = new ArrayList<>(LiveRun.all(client, topics.paneDigests(), PaneDigest.parser()));
        digests.sort(Comparator.comparingLong(PaneDigest::getPane).thenComparing(PaneDigest::getWatchPartition));
        return new Outcome(
                digests,
                LiveRun.all(client, topics.alertLog(), AlertTransition.parser()),
                LiveRun.all(client, topics.requestScores(), RequestScore.parser()),
                LiveRun.replay(client, topics, encoders, Replay.Source.FEATURES),
                LiveRun.replay(client, topics, encoders, Replay.Source.ACTIVATIONS));
    }
}
