package io.seismo.app.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.seismo.app.broker.EmbeddedBroker;
import io.seismo.app.cli.Deployment;
import io.seismo.app.doctor.Topics;
import io.seismo.app.epochs.EpochBook;
import io.seismo.app.epochs.LoggedPlans;
import io.seismo.replay.Replay;
import io.seismo.spec.MonitorPlan;
import io.seismo.spec.TopicNames;
import io.seismo.weights.load.WeightCatalog;
import io.seismo.wire.FeatureRecord;
import io.seismo.wire.PaneDigest;
import io.seismo.wire.Reason;
import io.seismo.wire.RequestScore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The same traffic as rows and encoded beside the model, through a real broker with the SAE and probe of the demo: features,
 * scores, pane digests and replays are the same; codes of other weights are refused, never scored.
 */
class EncodedTrafficIT {

    private static final int PANES = 12;
    private static final int FOREIGN_PANES = 4;

    private final long startMs = Math.floorDiv(System.currentTimeMillis(), 3_600_000) * 3_600_000 - 7_200_000;

    @TempDir
    private Path dir;

    /** What was written, and what replays of it say. */
    private record Outcome(
            List<FeatureRecord> features,
            List<RequestScore> scores,
            List<PaneDigest> digests,
            List<Replay.Outcome> replays) {}

    @Test
    void shouldWatchEncodedTrafficAsTheRowsThemselvesAndRefuseForeignCodes() throws Exception {
        Outcome dense = run("dense", false);
        Outcome encoded = run("encoded", true);

        List<FeatureRecord> sound = before(encoded.features(), dense.features().size());
        assertThat(sound).isEqualTo(dense.features());
        assertThat(dense.features().stream().filter(FeatureRecord::hasFrame)).hasSize(PANES * 4 * 2);
        assertThat(encoded.digests().subList(0, dense.digests().size())).isEqualTo(dense.digests());
        assertThat(encoded.scores()).containsAll(dense.scores());
        assertThat(dense.scores()).hasSizeGreaterThan(PANES);
        for (Outcome one : List.of(dense, encoded)) {
            for (Replay.Outcome replay : one.replays()) {
                assertThat(replay.differences()).isEmpty();
                assertThat(replay.equal()).isTrue();
                assertThat(replay.exact()).isTrue();
            }
        }
        requireForeignRefused(dense, encoded);
    }

    private static void requireForeignRefused(Outcome dense, Outcome encoded) {
        assertThat(dense.features()).noneMatch(FeatureRecord::hasRefusal);
        assertThat(encoded.features().stream().filter(FeatureRecord::hasRefusal))
                .hasSize(FOREIGN_PANES * 4 * 2)
                .allMatch(refused -> refused.getRefusal().getReason() == Reason.REASON_MANIFEST);
        TreeSet<String> scored = new TreeSet<>();
        dense.scores().forEach(score -> scored.add(score.getRequestId()));
        // Only the two that never end close later, since nothing of them came any more.
        assertThat(encoded.scores())
                .extracting(RequestScore::getRequestId)
                .filteredOn(request -> !request.startsWith("long-"))
                .allMatch(scored::contains);
    }

    /** Partition by partition, only the first of each come from sound frames. */
    private static List<FeatureRecord> before(List<FeatureRecord> all, int count) {
        List<FeatureRecord> sound = new ArrayList<>();
        int perPartition = count / 2;
        sound.addAll(all.subList(0, perPartition));
        sound.addAll(all.subList(all.size() / 2, all.size() / 2 + perPartition));
        return sound;
    }

    private Outcome run(String name, boolean edge) throws Exception {
        Path home = dir.resolve(name);
        try (EmbeddedBroker broker = EmbeddedBroker.start(
                        new EmbeddedBroker.Settings(home.resolve("broker"), 0, Duration.ofDays(30)));
                EncoderShelf encoders = new EncoderShelf()) {
            Map<String, Object> client = Map.of("bootstrap.servers", broker.bootstrap());
            Deployment deployment = Deployment.packaged(new WeightCatalog());
            TopicNames topics = new TopicNames(deployment.plan().deployment());
            Topics.create(client, deployment.plan());
            EdgeEncoder encoder = new EdgeEncoder(deployment.plan(), encoders.of(deployment.plan()));
            try (LoggedPlans plans = new LoggedPlans(client, topics);
                    SpecChangeTraffic traffic = new SpecChangeTraffic(
                            client, deployment.plan(), startMs, frame -> edge ? encoder.apply(frame) : frame)) {
                EpochBook book = new EpochBook(client, new WeightCatalog(), plans);
                MonitorPlan plan = book.enter(deployment, encoders.of(deployment.plan()), 0);
                try (Monitor monitor = LiveRun.start(plan, client, home, encoders)) {
                    traffic.panes(PANES, plans.schedule());
                    LiveRun.await(traffic.closed(), monitor, client, topics);
                    if (edge) {
                        assumeThat(encoder.differing())
                                .as("values of which the full graph gives other bits on this processor")
                                .isZero();
                        encoder.useForeignWeights();
                        traffic.panes(FOREIGN_PANES, plans.schedule());
                        LiveRun.await(traffic.closed(), monitor, client, topics);
                    }
                }
            }
            return outcome(client, topics, encoders);
        }
    }

    private static Outcome outcome(Map<String, Object> client, TopicNames topics, EncoderShelf encoders) {
        List<PaneDigest> digests = new ArrayList<>(LiveRun.all(client, topics.paneDigests(), PaneDigest.parser()));
        digests.sort(Comparator.comparingLong(PaneDigest::getPane).thenComparing(PaneDigest::getWatchPartition));
        return new Outcome(
                LiveRun.all(client, topics.features(), FeatureRecord.parser()),
                LiveRun.all(client, topics.requestScores(), RequestScore.parser()),
                digests,
                List.of(
                        LiveRun.replay(client, topics, encoders, Replay.Source.FEATURES),
                        LiveRun.replay(client, topics, encoders, Replay.Source.ACTIVATIONS)));
    }
}
