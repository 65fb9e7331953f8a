package io.seismo.activation;

import static io.seismo.activation.TestFrames.frame;
import static io.seismo.activation.TestFrames.origin;
import static io.seismo.activation.TestFrames.record;
import static io.seismo.activation.TestFrames.segment;
import static io.seismo.activation.TestFrames.tick;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.seismo.encoder.Encoder;
import io.seismo.encoder.RowBlock;
import io.seismo.encoder.SparseRows;
import io.seismo.score.PartitionScorer;
import io.seismo.score.ScoreJournals;
import io.seismo.score.ScoreOutput;
import io.seismo.spec.MonitorPlan;
import io.seismo.spec.Plans;
import io.seismo.spec.ProbePlan;
import io.seismo.spec.ProbeScore;
import io.seismo.spec.TapPlan;
import io.seismo.spec.TapPlan.EncoderPlan;
import io.seismo.wire.Breach;
import io.seismo.wire.EncodedRows;
import io.seismo.wire.FeatureRecord;
import io.seismo.wire.Frame;
import io.seismo.wire.PanePartial;
import io.seismo.wire.Reason;
import io.seismo.wire.RequestScore;
import io.seismo.wire.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Rows that were encoded beside the model: scored as if they had come, or refused by reason. */
class EncodedFramesTest {

    private static final long NOW = 1_000_000;
    private static final String SAE = "a".repeat(64);
    private static final String PROBE = "b".repeat(64);

    @Test
    void shouldGiveTheSameRecordsScoresAndPanesAsTheRowsThemselves() {
        List<FeatureRecord> dense = new ArrayList<>();
        List<FeatureRecord> encoded = new ArrayList<>();
        Intake one = intake();
        Intake other = intake();
        for (int seq = 1; seq <= 40; seq++) {
            // Every seventh row is long: a sink, told by the norms that came with it.
            float level = seq % 7 == 0 ? 60 : seq % 5;
            Frame rows = frame(seq, NOW + seq * 500L, segment("r" + seq % 6, seq / 6, 1), level, 2, seq % 3, 0.5f)
                    .build();
            long time = NOW + seq * 500L;
            dense.add(give(one, record(tick(time)), seq));
            encoded.add(give(other, record(tick(time)), seq));
            dense.add(give(one, TestFrames.record(rows).toByteArray(), seq));
            encoded.add(give(other, TestFrames.record(edge(rows)).toByteArray(), seq));
        }
        dense.add(give(one, record(tick(NOW + 900_000)), 99));
        encoded.add(give(other, record(tick(NOW + 900_000)), 99));

        assertThat(encoded).isEqualTo(dense);
        assertThat(dense).filteredOn(FeatureRecord::hasFrame).hasSize(40);
        assertThat(dense)
                .filteredOn(r -> r.hasFrame() && r.getFrame().getRowKinds().byteAt(0) == RowKinds.SINK)
                .hasSize(5);
        assertThat(dense)
                .anyMatch(r ->
                        r.hasFrame() && r.getFrame().getCodes(0).getValues().size() > 0);
        Scored ofDense = score(dense);
        Scored ofEncoded = score(encoded);
        assertThat(ofEncoded.results).isEqualTo(ofDense.results).hasSizeGreaterThan(10);
    }

    @Test
    void shouldDifferWhenOnePairDiffers() {
        Frame rows = frame(1, NOW, segment("r", 1, 2), 3, 2, 1, 0.5f).build();
        Intake one = started();
        Intake other = started();
        FeatureRecord dense = give(one, record(rows).toByteArray(), 1);
        Frame changed = edge(rows);
        ByteString values = changed.getEncoded(1).getValues();
        byte[] bytes = values.toByteArray();
        bytes[0] ^= 1;
        changed = changed.toBuilder()
                .setEncoded(1, sealed(changed.getEncoded(1).toBuilder().setValues(ByteString.copyFrom(bytes))))
                .build();

        assertThat(give(other, record(changed).toByteArray(), 1)).isNotEqualTo(dense);
    }

    static Stream<Arguments> edits() {
        return Stream.of(
                edit(Reason.REASON_MANIFEST, e -> e.setWeights("c".repeat(64))),
                edit(Reason.REASON_MANIFEST, e -> e.setWeights(PROBE)),
                edit(Reason.REASON_MANIFEST, e -> e.setUnits("decoder_norm")),
                edit(Reason.REASON_MANIFEST, e -> e.setUnits("logit")),
                edit(Reason.REASON_MANIFEST, e -> e.setWidth(TestPlans.WIDTH + 1)),
                edit(Reason.REASON_UNKNOWN_HOOK, e -> e.setHook("blocks.4.resid_post")),
                edit(Reason.REASON_MALFORMED, e -> e.setRows(3)),
                edit(Reason.REASON_MALFORMED, e -> e.setRows(-1)),
                edit(Reason.REASON_MALFORMED, e -> e.clearUnits()),
                edit(Reason.REASON_MALFORMED, e -> e.setWeights("x".repeat(129))),
                edit(Reason.REASON_LENGTH, e -> e.setCounts(e.getCounts().substring(1))),
                edit(Reason.REASON_LENGTH, e -> e.setIndices(e.getIndices().substring(4))),
                edit(Reason.REASON_LENGTH, e -> e.setValues(e.getValues().concat(e.getValues()))),
                edit(Reason.REASON_LENGTH, e -> e.setNorms(e.getNorms().substring(8))),
                edit(Reason.REASON_SHAPE, e -> e.setIndices(ints(e, -1))),
                edit(Reason.REASON_SHAPE, e -> e.setIndices(ints(e, TestPlans.WIDTH))),
                edit(Reason.REASON_SHAPE, e -> e.setIndices(ints(e, 5_000_000))),
                edit(Reason.REASON_SHAPE, e -> e.setValues(floats(e, -1))),
                edit(Reason.REASON_SHAPE, e -> e.setValues(floats(e, 0))),
                edit(Reason.REASON_NON_FINITE, e -> e.setValues(floats(e, Float.NaN))),
                edit(Reason.REASON_NON_FINITE, e -> e.setValues(floats(e, Float.POSITIVE_INFINITY))));
    }

    @ParameterizedTest
    @MethodSource("edits")
    void shouldRefuseByReasonAndScoreTheRepairedFrame(Reason reason, UnaryOperator<EncodedRows.Builder> edit) {
        Intake intake = started();
        Frame sound = edge(frame(1, NOW, segment("r", 1, 2), 3, 2, 1, 0.5f).build());
        Frame spoilt = sound.toBuilder()
                .setEncoded(0, sealed(edit.apply(sound.getEncoded(0).toBuilder())))
                .build();

        FeatureRecord refused = give(intake, record(spoilt).toByteArray(), 1);

        assertThat(refused.getRefusal().getReason()).as(refused.toString()).isEqualTo(reason);
        assertThat(give(intake, record(sound).toByteArray(), 2).hasFrame()).isTrue();
    }

    @Test
    void shouldRefuseAnotherRevisionAChangedByteAndWhatIsIncomplete() {
        Intake intake = started();
        Frame dense = frame(1, NOW, segment("r", 1, 2), 3, 2, 1, 0.5f).build();
        Frame sound = edge(dense);
        EncodedRows first = sound.getEncoded(0);

        assertThat(reason(intake, sound.toBuilder().setRevision("r2"))).isEqualTo(Reason.REASON_UNKNOWN_MODEL);
        assertThat(reason(
                        intake,
                        sound.toBuilder().setEncoded(0, first.toBuilder().setCrc32C(first.getCrc32C() ^ 1))))
                .isEqualTo(Reason.REASON_CHECKSUM);
        Frame.Builder normless = sound.toBuilder();
        for (int i = 0; i < 2; i++) {
            normless.setEncoded(i, sealed(sound.getEncoded(i).toBuilder().clearNorms()));
        }
        assertThat(reason(intake, normless)).isEqualTo(Reason.REASON_NOT_ENCODED);
        assertThat(reason(intake, sound.toBuilder().removeEncoded(1))).isEqualTo(Reason.REASON_NOT_ENCODED);
        assertThat(reason(intake, sound.toBuilder().removeEncoded(0))).isEqualTo(Reason.REASON_NOT_ENCODED);
        assertThat(reason(intake, sound.toBuilder().addEncoded(first))).isEqualTo(Reason.REASON_MALFORMED);
        assertThat(reason(intake, sound.toBuilder().addTensors(dense.getTensors(0))))
                .isEqualTo(Reason.REASON_MALFORMED);
        assertThat(reason(intake, sound.toBuilder().clearEncoded())).isEqualTo(Reason.REASON_HOOKS_SPLIT);
        assertThat(give(intake, record(sound).toByteArray(), 2).hasFrame()).isTrue();
    }

    @Test
    void shouldRefuseWhenThePlanNeverReadItsWeights() {
        Intake intake = new Intake(Plans.only(TestPlans.plan(10)), any -> encoders(), new MapJournal());
        give(intake, record(tick(NOW)), 0);
        Frame sound = edge(frame(1, NOW, segment("r", 1, 1), 3, 2, 1, 0.5f).build());

        assertThat(reason(intake, sound.toBuilder())).isEqualTo(Reason.REASON_MANIFEST);
    }

    private static Reason reason(Intake intake, Frame.Builder frame) {
        return give(intake, record(frame.build()).toByteArray(), 1).getRefusal().getReason();
    }

    private static Arguments edit(Reason reason, UnaryOperator<EncodedRows.Builder> edit) {
        return Arguments.of(reason, edit);
    }

    private static ByteString ints(EncodedRows.Builder rows, int last) {
        byte[] bytes = rows.getIndices().toByteArray();
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(bytes.length - 4, last);
        return ByteString.copyFrom(bytes);
    }

    private static ByteString floats(EncodedRows.Builder rows, float last) {
        byte[] bytes = rows.getValues().toByteArray();
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putFloat(bytes.length - 4, last);
        return ByteString.copyFrom(bytes);
    }

    /** What a client beside the model sends instead of rows. */
    private static Frame edge(Frame dense) {
        Tensor tensor = dense.getTensors(0);
        RowBlock rows = FeatureEncoder.rows(tensor, plan().taps().get(0));
        SparseRows fired = new SparseRows();
        BitSet all = new BitSet();
        all.set(0, rows.rows());
        new LinearEncoder(TestPlans.WIDTH, List.of()).full(rows, all, fired);
        SparseRows scores = new SparseRows();
        for (int row = 0; row < rows.rows(); row++) {
            scores.add(0, LinearEncoder.value(rows, row, 0));
            scores.endRow();
        }
        return dense.toBuilder()
                .clearTensors()
                .addEncoded(pairs(rows, fired, SAE, "activation", TestPlans.WIDTH))
                .addEncoded(pairs(rows, scores, PROBE, "logit", 1))
                .build();
    }

    private static EncodedRows pairs(RowBlock rows, SparseRows pairs, String weights, String units, int width) {
        int total = pairs.end(pairs.rows() - 1);
        ByteBuffer counts = little(rows.rows() * 2);
        ByteBuffer norms = little(rows.rows() * 8);
        ByteBuffer indices = little(total * 4);
        ByteBuffer values = little(total * 4);
        for (int row = 0; row < rows.rows(); row++) {
            counts.putShort((short) (pairs.end(row) - pairs.start(row)));
            norms.putDouble(Dtypes.norm(rows, row));
            for (int k = pairs.start(row); k < pairs.end(row); k++) {
                indices.putInt(pairs.feature(k));
                values.putFloat(pairs.value(k));
            }
        }
        return sealed(EncodedRows.newBuilder()
                .setHook(TestPlans.HOOK)
                .setWeights(weights)
                .setUnits(units)
                .setRows(rows.rows())
                .setWidth(width)
                .setCounts(ByteString.copyFrom(counts.flip()))
                .setIndices(ByteString.copyFrom(indices.flip()))
                .setValues(ByteString.copyFrom(values.flip()))
                .setNorms(ByteString.copyFrom(norms.flip())));
    }

    private static EncodedRows sealed(EncodedRows.Builder rows) {
        CRC32C crc = new CRC32C();
        for (ByteString part : List.of(rows.getCounts(), rows.getIndices(), rows.getValues(), rows.getNorms())) {
            crc.update(part.toByteArray());
        }
        return rows.setCrc32C((int) crc.getValue()).build();
    }

    private static ByteBuffer little(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static byte[] record(io.seismo.wire.ActivationRecord record) {
        return record.toByteArray();
    }

    private static io.seismo.wire.ActivationRecord record(Frame frame) {
        return TestFrames.record(frame);
    }

    private static FeatureRecord give(Intake intake, byte[] value, long offset) {
        return intake.accept(value, origin(offset), "activations", -1);
    }

    private static Intake started() {
        Intake intake = intake();
        give(intake, record(tick(NOW)), 0);
        return intake;
    }

    private static Intake intake() {
        return new Intake(Plans.only(plan()), any -> encoders(), new MapJournal());
    }

    /** The test plan, with digests. */
    private static MonitorPlan plan() {
        MonitorPlan plan = TestPlans.plan(100);
        TapPlan tap = plan.taps().get(0);
        ProbePlan reads = new ProbePlan(List.of("mid"), "", ProbeScore.LOGIT, "linear", 1);
        List<EncoderPlan> encoders = List.of(
                new EncoderPlan("probe", "demo/probe", true, 1, List.of(0), 0, PROBE, reads),
                new EncoderPlan("topics", "demo/sae", false, TestPlans.WIDTH, List.of(3, 300), 0.5, SAE));
        TapPlan read = new TapPlan("mid", tap.hook(), tap.dIn(), tap.dtype(), true, true, 50f, encoders);
        return new MonitorPlan(
                plan.epoch(),
                plan.specHash(),
                plan.deployment(),
                plan.model(),
                plan.revision(),
                plan.timing(),
                plan.shape(),
                plan.requestLife(),
                plan.baseline(),
                List.of(read),
                plan.columns(),
                plan.watches(),
                plan.detectors(),
                plan.alerts());
    }

    private static Map<String, Encoder> encoders() {
        return Map.of(
                "probe",
                new LinearEncoder(1, List.of(0)),
                "topics",
                new Watched(new LinearEncoder(TestPlans.WIDTH, List.of(3, 300)), List.of(3, 300)));
    }

    /** Watches what its full graph gives, bit for bit. */
    private record Watched(Encoder full, List<Integer> features) implements Encoder {

        @Override
        public int dIn() {
            return full.dIn();
        }

        @Override
        public int width() {
            return full.width();
        }

        @Override
        public int watchColumns() {
            return features.size();
        }

        @Override
        public void watch(RowBlock rows, float[] out, int offset, int stride) {
            SparseRows fired = new SparseRows();
            BitSet all = new BitSet();
            all.set(0, rows.rows());
            full.full(rows, all, fired);
            for (int row = 0; row < rows.rows(); row++) {
                for (int k = fired.start(row); k < fired.end(row); k++) {
                    int column = features.indexOf(fired.feature(k));
                    if (column >= 0) {
                        out[offset + row * stride + column] = fired.value(k);
                    }
                }
            }
        }

        @Override
        public void full(RowBlock rows, BitSet chosen, SparseRows out) {
            full.full(rows, chosen, out);
        }

        @Override
        public String fingerprint() {
            return full.fingerprint();
        }

        @Override
        public String weights() {
            return full.weights();
        }

        @Override
        public void close() {}
    }

    private static Scored score(List<FeatureRecord> records) {
        Scored scored = new Scored(new ArrayList<>());
        PartitionScorer scorer = new PartitionScorer(Plans.only(plan()), 0, ScoreJournals.of(new MapJournal()), scored);
        records.forEach(scorer::accept);
        return scored;
    }

    private record Scored(List<Object> results) implements ScoreOutput {
        @Override
        public void score(RequestScore score) {
            results.add(score);
        }

        @Override
        public void breach(Breach breach) {
            results.add(breach);
        }

        @Override
        public void partial(int watchPartition, PanePartial partial) {
            results.add(partial);
        }
    }
}
