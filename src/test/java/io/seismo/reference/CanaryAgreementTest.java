package io.seismo.reference;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import io.seismo.activation.Loaded;
import io.seismo.spec.AlertPlan;
import io.seismo.spec.CanaryPlan;
import io.seismo.spec.DetectorPlan;
import io.seismo.spec.MonitorPlan;
import io.seismo.spec.PlanCopy;
import io.seismo.spec.Plans;
import io.seismo.weights.TensorType;
import io.seismo.weights.file.SafetensorsWriter;
import io.seismo.weights.recorded.RecordedRows;
import io.seismo.wire.ActivationRecord;
import io.seismo.wire.AlertCore;
import io.seismo.wire.CanaryFinding;
import io.seismo.wire.Dtype;
import io.seismo.wire.Frame;
import io.seismo.wire.Segment;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Canaries, right and wrong, among wild traffic with restarts: production against the reference, down to the alerts. */
class CanaryAgreementTest {

    private static final int ROWS = 9;
    private static final int D = PlanFixture.D_IN;
    private static final String NEIGHBOUR = "blocks.4.resid_post";

    @TempDir
    private Path dir;

    private RecordedRows recorded;

    @ParameterizedTest
    @ValueSource(longs = {301, 302, 303, 304})
    void shouldEqualReferenceWhenCanariesComeRightAndWrong(long seed) throws IOException {
        MonitorPlan plan = plan();
        List<List<byte[]>> records = records(seed, true);
        ReferenceDigest wanted = ReferenceDigest.of(records, plan, PlanFixture.encoders());
        ProductionRun production = new ProductionRun(Plans.only(plan), loaded(), new SplittableRandom(seed), 150);
        List<Scored> scored = production.score(records);
        for (int p = 0; p < records.size(); p++) {
            assertThat(scored.get(p).scores()).isEqualTo(wanted.requestScores(p));
            for (int w = 0; w < plan.shape().watchPartitions(); w++) {
                assertThat(DecodedPanes.differences(
                                ReferencePartials.of(wanted.model(), p, w),
                                scored.get(p).to(w)))
                        .as("panes, seed %d, partition %d to watch partition %d", seed, p, w)
                        .isEmpty();
            }
        }
        Watched watched = production.watch(scored);
        assertThat(wanted.difference(watched.digests, watched.transitions)).isEmpty();
        assertThat(cores(wanted))
                .as("it pages and resolves")
                .extracting(core -> core.getTo().name())
                .contains("ALERT_STATE_FIRING", "ALERT_STATE_RESOLVED");
    }

    /** The control of the control: canaries that match leave no trace in scores, blocks and other totals. */
    @Test
    void shouldCountNothingOfCanariesThatMatch() throws IOException {
        MonitorPlan plan = plan();
        ProductionRun production = new ProductionRun(Plans.only(plan), loaded(), new SplittableRandom(1), 0);
        List<Scored> with = production.score(records(305, false));
        List<Scored> without =
                production.score(TrafficGenerator.generate(305, settings()).records());
        for (int p = 0; p < with.size(); p++) {
            assertThat(with.get(p).scores()).isEqualTo(without.get(p).scores());
            assertThat(with.get(p).totals().getRequestsSeen())
                    .isEqualTo(without.get(p).totals().getRequestsSeen());
            assertThat(with.get(p).totals().getRowsScored())
                    .isEqualTo(without.get(p).totals().getRowsScored());
            assertThat(with.get(p).totals().getRowsSeen())
                    .as("but that rows came is counted")
                    .isGreaterThan(without.get(p).totals().getRowsSeen());
        }
    }

    private static List<AlertCore> cores(ReferenceDigest wanted) {
        List<AlertCore> cores = new ArrayList<>();
        for (int w = 0; w < 2; w++) {
            cores.addAll(wanted.alertCores(w));
        }
        cores.removeIf(core -> core.getLabelsList().stream()
                .noneMatch(label -> label.getValue().equals("integrity")));
        return cores;
    }

    private static TrafficSettings settings() {
        return TrafficSettings.wild().withMinutes(8);
    }

    private Loaded loaded() {
        return Loaded.of(PlanFixture::encoders, plan -> Map.of("greeting", recorded));
    }

    private MonitorPlan plan() throws IOException {
        recorded = RecordedRows.read(new SafetensorsWriter()
                .metadata("model", "toy")
                .metadata("revision", "r1")
                .add(PlanFixture.HOOK, TensorType.BF16, draw(1), ROWS, D)
                .add(NEIGHBOUR, TensorType.BF16, draw(2), ROWS, D)
                .write(dir.resolve("greeting.safetensors"))
                .toString());
        ReferenceCanaries.recorded(recorded.facts().digest(), recorded.values(PlanFixture.HOOK));
        MonitorPlan plain = PlanFixture.plan(2, 2);
        List<DetectorPlan> detectors = new ArrayList<>(plain.detectors());
        detectors.add(1, new DetectorPlan.CanaryMatch("integrity", 60_000, 0.1));
        List<AlertPlan> alerts = new ArrayList<>(plain.alerts());
        alerts.add(0, new AlertPlan("CaptureIntegrity", List.of("integrity"), 0, 20_000, null, "", List.of(), ""));
        return PlanCopy.with(
                plain,
                detectors,
                alerts,
                List.of(new CanaryPlan("greeting", "g", 0.01, recorded.facts().digest())));
    }

    private static float[] draw(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] rows = new float[ROWS * D];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = (float) random.nextDouble(-2, 2);
        }
        return rows;
    }

    /** Wild traffic, and behind some of its ticks a frame with a canary beside a request, of a source of its own. */
    private List<List<byte[]>> records(long seed, boolean wrong) throws InvalidProtocolBufferException {
        SplittableRandom random = new SplittableRandom(seed);
        List<List<byte[]>> all = new ArrayList<>();
        int number = 0;
        for (List<Traffic.Sent> partition :
                TrafficGenerator.generate(seed, settings()).partitions()) {
            List<byte[]> records = new ArrayList<>();
            long sequence = 0;
            for (Traffic.Sent sent : partition) {
                records.add(sent.bytes());
                ActivationRecord record = Traffic.parsed(sent).orElse(ActivationRecord.getDefaultInstance());
                if (record.hasTick() && random.nextInt(wrong ? 12 : 4) == 0) {
                    Frame.Builder frame = Frame.newBuilder()
                            .setSourceId("canary/" + all.size())
                            .setSourceEpoch(1)
                            .setSourceSeq(++sequence)
                            .setTimestampMs(record.getTick().getTimeMs())
                            .setModel("toy")
                            .setRevision("r1");
                    fill(frame, "canary-" + seed + "-" + number++, wrong ? random.nextInt(9) : 0);
                    records.add(TrafficGenerator.record(frame).toByteArray());
                }
            }
            all.add(records);
        }
        return all;
    }

    private void fill(Frame.Builder frame, String id, int kind) {
        float[] own = recorded.values(PlanFixture.HOOK).clone();
        Segment.Builder segment = Segment.newBuilder().setRequestId(id).setRows(ROWS);
        String name = kind == 1 ? "unknown" : "greeting";
        switch (kind) {
            case 2 -> {
                own = recorded.values(NEIGHBOUR);
                ReferenceCanaries.plant(
                        id,
                        CanaryFinding.CANARY_FINDING_LAYER,
                        "rows said to be of " + PlanFixture.HOOK + " are those of " + NEIGHBOUR);
            }
            case 3 -> {
                own = Arrays.copyOfRange(own, D, own.length);
                segment.setRows(ROWS - 1);
                ReferenceCanaries.plant(
                        id,
                        CanaryFinding.CANARY_FINDING_SHIFTED,
                        "rows of " + PlanFixture.HOOK + " are those of one position later");
            }
            case 4 -> {
                frame.setRevision("r2");
                ReferenceCanaries.plant(
                        id,
                        CanaryFinding.CANARY_FINDING_REVISION,
                        "its frame says another model or revision than toy r1");
            }
            case 5 -> {
                own = Arrays.copyOf(own, 4 * D);
                segment.setRows(4);
            }
            default -> {
                // As recorded.
            }
        }
        segment.addAttributesBuilder().setKey("seismo.canary").setValue(name);
        frame.addSegments(segment).addTensors(Lane.tensor(PlanFixture.HOOK, Dtype.DTYPE_BF16, own));
    }
}
