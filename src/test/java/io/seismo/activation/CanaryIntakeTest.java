package io.seismo.activation;

import static io.seismo.activation.CanaryFixture.D;
import static io.seismo.activation.CanaryFixture.ROWS;
import static io.seismo.activation.CanaryFixture.minus;
import static io.seismo.activation.CanaryFixture.part;
import static io.seismo.activation.CanaryFixture.segment;
import static io.seismo.activation.CanaryFixture.times;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.seismo.encoder.EncoderException;
import io.seismo.spec.CanaryPlan;
import io.seismo.spec.Plans;
import io.seismo.weights.RecordedRows;
import io.seismo.weights.SafetensorsWriter;
import io.seismo.weights.TensorType;
import io.seismo.wire.CanaryFinding;
import io.seismo.wire.CanaryVerdict;
import io.seismo.wire.Dtype;
import io.seismo.wire.FeatureRecord;
import io.seismo.wire.Frame;
import io.seismo.wire.Reason;
import io.seismo.wire.Segment;
import io.seismo.wire.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every way a canary can come wrong, through the real intake; the right one passes in each dtype. */
class CanaryIntakeTest {

    private static final long NOW = 1_000_000;
    private static final double TOLERANCE = 0.01;

    @TempDir
    private Path dir;

    private CanaryFixture canary;
    private Intake intake;

    @BeforeEach
    void start() throws IOException {
        begin(TensorType.BF16, TOLERANCE);
    }

    private void begin(TensorType type, double tolerance) throws IOException {
        canary = new CanaryFixture(dir, type);
        intake = new Intake(Plans.only(canary.plan(tolerance)), canary.loaded(), new MapJournal());
        give(TestFrames.tick(NOW).toByteArray());
    }

    @ParameterizedTest
    @EnumSource(
            value = TensorType.class,
            names = {"BF16", "F16", "F32"})
    void shouldPassWhenEveryRowIsAsRecorded(TensorType type) throws IOException {
        begin(type, 0);
        FeatureRecord record = accept(canary.frame(1, NOW, canary.mid, segment(0, ROWS)));
        CanaryVerdict verdict = record.getFrame().getCanaries(0);
        assertThat(verdict.getFinding()).isEqualTo(CanaryFinding.CANARY_FINDING_MATCH);
        assertThat(verdict.getCanary()).isEqualTo(CanaryFixture.NAME);
        assertThat(verdict.getComplete()).isTrue();
        assertThat(verdict.getDetail()).isEmpty();
        assertThat(record.getFrame().getRowKinds().toByteArray()).containsOnly(RowKinds.CANARY);
        assertThat(record.getFrame().getCodes(0).getIndices())
                .as("in no statistic")
                .isEmpty();
    }

    @Test
    void shouldPassInPiecesAndBesideOthersAndBehindACachedPrefix() {
        FeatureRecord first = accept(canary.frame(1, NOW, part(canary.mid, 0, 5), segment(0, 5)));
        assertThat(first.getFrame().getCanaries(0).getFinding()).isEqualTo(CanaryFinding.CANARY_FINDING_MATCH);
        assertThat(first.getFrame().getCanaries(0).getComplete())
                .as("more is to come")
                .isFalse();
        FeatureRecord second = accept(canary.frame(
                2, NOW, canary.mid, plain("r", 0, 3), segment(3, ROWS - 5).setCachedPrefix(3), plain("s", 0, 2)));
        assertThat(finding(second)).as("rows of another position").isEqualTo(CanaryFinding.CANARY_FINDING_MATCH);
        assertThat(second.getFrame().getRowKinds().toByteArray())
                .as("only its own rows are left out")
                .containsExactly(kinds(3, ROWS - 5, 2));
        FeatureRecord rest = accept(canary.frame(3, NOW, part(canary.mid, 5, ROWS), segment(5, ROWS - 5)));
        assertThat(rest.getFrame().getCanaries(0).getComplete()).isTrue();
    }

    @Test
    void shouldPassWhenKernelsDifferWithinTheToleranceAndNotBeyond() throws IOException {
        begin(TensorType.F32, 0.01);
        float[] near = times(canary.mid, 1.005);
        float[] far = times(canary.mid, 1.05);
        assertThat(finding(accept(canary.frame(1, NOW, near, segment(0, ROWS)))))
                .isEqualTo(CanaryFinding.CANARY_FINDING_MATCH);
        assertThat(finding(accept(canary.frame(2, NOW, far, segment(0, ROWS)))))
                .isEqualTo(CanaryFinding.CANARY_FINDING_SCALE);
    }

    @Test
    void shouldNameTheNeighbouringLayer() {
        for (float[] rows : List.of(canary.before, canary.after)) {
            CanaryVerdict verdict = verdict(canary.frame(rows == canary.before ? 1 : 2, NOW, rows, segment(0, ROWS)));
            assertThat(verdict.getFinding()).isEqualTo(CanaryFinding.CANARY_FINDING_LAYER);
            assertThat(verdict.getDetail())
                    .contains("said to be of blocks.3.resid_post are those of "
                            + (rows == canary.before ? CanaryFixture.BEFORE : CanaryFixture.AFTER));
        }
    }

    @Test
    void shouldNameRowsThatAreSomePositionsOff() {
        CanaryVerdict later = verdict(canary.frame(1, NOW, part(canary.mid, 2, ROWS), segment(0, ROWS - 2)));
        assertThat(later.getFinding()).isEqualTo(CanaryFinding.CANARY_FINDING_SHIFTED);
        assertThat(later.getDetail()).contains("those of 2 positions later");
        CanaryVerdict earlier = verdict(canary.frame(2, NOW, part(canary.mid, 0, ROWS - 1), segment(1, ROWS - 1)));
        assertThat(earlier.getFinding()).isEqualTo(CanaryFinding.CANARY_FINDING_SHIFTED);
        assertThat(earlier.getDetail()).contains("those of one position earlier");
    }

    @Test
    void shouldNameRowsThatWereGivenToAnotherRequestOfTheFrame() {
        float[] frame = new float[(ROWS + 3) * D];
        System.arraycopy(canary.mid, 0, frame, 3 * D, ROWS * D);
        CanaryVerdict verdict = verdict(canary.frame(1, NOW, frame, segment(0, ROWS), plain("r", 0, 3)));
        assertThat(verdict.getFinding()).isEqualTo(CanaryFinding.CANARY_FINDING_SHIFTED);
        assertThat(verdict.getDetail()).contains("3 rows later", "wrong request");
    }

    @Test
    void shouldNameRowsOutOfOrder() {
        float[] swapped = canary.mid.clone();
        System.arraycopy(canary.mid, 4 * D, swapped, 7 * D, D);
        System.arraycopy(canary.mid, 7 * D, swapped, 4 * D, D);
        CanaryVerdict verdict = verdict(canary.frame(1, NOW, swapped, segment(0, ROWS)));
        assertThat(verdict.getFinding()).isEqualTo(CanaryFinding.CANARY_FINDING_ORDER);
        assertThat(verdict.getDetail()).startsWith("2 of 12 rows");
    }

    @Test
    void shouldNameBitsOfAnotherDtypeWhateverTheLabelSays() {
        Tensor mislabelled = canary.tensor(TensorType.F16, canary.mid);
        CanaryVerdict verdict = verdict(CanaryFixture.frame(1, NOW, mislabelled, segment(0, ROWS)));
        assertThat(verdict.getFinding()).isEqualTo(CanaryFinding.CANARY_FINDING_DTYPE);
        assertThat(verdict.getDetail()).contains("right when read as f16, but say bf16");

        Tensor.Builder relabelled =
                canary.tensor(TensorType.BF16, canary.mid).toBuilder().setDtype(Dtype.DTYPE_F16);
        FeatureRecord refused = accept(CanaryFixture.frame(2, NOW, relabelled.build(), segment(0, ROWS)));
        assertThat(refused.getRefusal().getReason()).isEqualTo(Reason.REASON_DTYPE);
        assertThat(refused.getRefusal().getCanaries(0).getFinding()).isEqualTo(CanaryFinding.CANARY_FINDING_DTYPE);
        assertThat(refused.getRefusal().getCanaries(0).getDetail()).contains("only the label is not");

        Tensor.Builder converted =
                canary.tensor(TensorType.F16, canary.mid).toBuilder().setDtype(Dtype.DTYPE_F16);
        FeatureRecord also = accept(CanaryFixture.frame(2, NOW, converted.build(), segment(0, ROWS)));
        assertThat(also.getRefusal().getCanaries(0).getDetail()).contains("the capture converts them");
    }

    @Test
    void shouldNameBytesThatStandTheOtherWayRound() throws IOException {
        begin(TensorType.F16, TOLERANCE);
        byte[] bytes = SafetensorsWriter.bytes(TensorType.F16, canary.mid);
        for (int i = 0; i < bytes.length; i += 2) {
            byte low = bytes[i];
            bytes[i] = bytes[i + 1];
            bytes[i + 1] = low;
        }
        FeatureRecord record =
                accept(CanaryFixture.frame(1, NOW, TestFrames.tensor(canary.dtype, bytes, ROWS, D), segment(0, ROWS)));
        CanaryVerdict verdict = record.hasRefusal()
                ? record.getRefusal().getCanaries(0)
                : record.getFrame().getCanaries(0);
        assertThat(verdict.getFinding()).isIn(CanaryFinding.CANARY_FINDING_DTYPE, CanaryFinding.CANARY_FINDING_REFUSED);
    }

    @Test
    void shouldNameABlockWithoutItsResidual() {
        CanaryVerdict output = verdict(canary.frame(1, NOW, canary.mlp, segment(0, ROWS)));
        assertThat(output.getFinding()).isEqualTo(CanaryFinding.CANARY_FINDING_RESIDUAL);
        assertThat(output.getDetail()).contains(CanaryFixture.MLP, "residual was not added");
        CanaryVerdict change = verdict(canary.frame(2, NOW, minus(canary.mid, canary.before), segment(0, ROWS)));
        assertThat(change.getFinding()).isEqualTo(CanaryFinding.CANARY_FINDING_RESIDUAL);
        assertThat(change.getDetail()).contains("on top of " + CanaryFixture.BEFORE);
    }

    @Test
    void shouldNameScales() {
        CanaryVerdict all = verdict(canary.frame(1, NOW, times(canary.mid, 11.3), segment(0, ROWS)));
        assertThat(all.getFinding()).isEqualTo(CanaryFinding.CANARY_FINDING_SCALE);
        assertThat(all.getDetail()).containsPattern("times 11\\.[23]");
        float[] unit = new float[ROWS * D];
        float[] normed = new float[ROWS * D];
        for (int row = 0; row < ROWS; row++) {
            double norm = 0;
            for (int i = 0; i < D; i++) {
                norm += (double) canary.mid[row * D + i] * canary.mid[row * D + i];
            }
            for (int i = 0; i < D; i++) {
                unit[row * D + i] = (float) (canary.mid[row * D + i] / Math.sqrt(norm));
                normed[row * D + i] = unit[row * D + i] * (1 + i);
            }
        }
        assertThat(verdict(canary.frame(2, NOW, unit, segment(0, ROWS))).getDetail())
                .contains("a factor of its own");
        assertThat(verdict(canary.frame(3, NOW, normed, segment(0, ROWS))).getDetail())
                .contains("as after a norm");
    }

    @Test
    void shouldNameAnotherRevisionWhetherOrNotTheFrameSaysSo() {
        FeatureRecord said =
                accept(canary.frame(1, NOW, canary.mid, segment(0, ROWS)).setRevision("r2"));
        assertThat(said.getRefusal().getReason()).isEqualTo(Reason.REASON_UNKNOWN_MODEL);
        assertThat(said.getRefusal().getCanaries(0).getFinding()).isEqualTo(CanaryFinding.CANARY_FINDING_REVISION);
        assertThat(said.getRefusal().getCanaries(0).getDetail())
                .contains("tiny r1")
                .doesNotContain("r2");
        CanaryVerdict silent = verdict(canary.frame(1, NOW, canary.older, segment(0, ROWS)));
        assertThat(silent.getFinding()).isEqualTo(CanaryFinding.CANARY_FINDING_REVISION);
        assertThat(silent.getDetail()).contains("recorded of revision r0");
    }

    @Test
    void shouldNameRowsTooManyAndTooFew() {
        float[] longer = java.util.Arrays.copyOf(canary.mid, (ROWS + 2) * D);
        assertThat(verdict(canary.frame(1, NOW, longer, segment(0, ROWS + 2))).getDetail())
                .contains("up to position 13 came, but 12 were recorded");
        Segment.Builder ended = segment(0, ROWS - 4);
        ended.getEndBuilder().setRowsExpected(ROWS - 4);
        CanaryVerdict few = verdict(canary.frame(2, NOW, part(canary.mid, 0, ROWS - 4), ended));
        assertThat(few.getFinding()).isEqualTo(CanaryFinding.CANARY_FINDING_ROWS);
        assertThat(few.getDetail()).contains("computed 8 rows, but 12 were recorded");
        Segment.Builder cached = segment(4, ROWS - 4).setCachedPrefix(4);
        cached.getEndBuilder().setRowsExpected(ROWS - 4);
        assertThat(verdict(canary.frame(3, NOW, part(canary.mid, 4, ROWS), cached))
                        .getFinding())
                .as("what a prefix cache held is not missed")
                .isEqualTo(CanaryFinding.CANARY_FINDING_MATCH);
        Segment.Builder padded = segment(0, 2).setRowKinds(ByteString.copyFrom(new byte[] {2, 2}));
        assertThat(verdict(canary.frame(4, NOW, part(canary.mid, 0, 2), padded)).getFinding())
                .as("nothing was compared")
                .isEqualTo(CanaryFinding.CANARY_FINDING_ROWS);
    }

    @Test
    void shouldNameAnotherHookAndAnotherShape() {
        Frame.Builder other = canary.frame(1, NOW, canary.after, segment(0, ROWS));
        other.getTensorsBuilder(0).setHook(CanaryFixture.AFTER);
        CanaryVerdict hook = accept(other).getRefusal().getCanaries(0);
        assertThat(hook.getFinding()).isEqualTo(CanaryFinding.CANARY_FINDING_LAYER);
        assertThat(hook.getDetail()).contains("carries " + CanaryFixture.AFTER, "it reads blocks.3.resid_post");
        Frame.Builder unheard = canary.frame(1, NOW, canary.after, segment(0, ROWS));
        unheard.getTensorsBuilder(0).setHook("somebody's secret");
        assertThat(accept(unheard).getRefusal().getCanaries(0).getDetail()).doesNotContain("secret");
        Tensor wide = TestFrames.tensor(canary.dtype, new byte[ROWS * 6 * 2], ROWS, 6);
        assertThat(accept(CanaryFixture.frame(1, NOW, wide, segment(0, ROWS)))
                        .getRefusal()
                        .getCanaries(0)
                        .getFinding())
                .isEqualTo(CanaryFinding.CANARY_FINDING_SHAPE);
    }

    @Test
    void shouldSayHowFarRowsAreWhenNothingExplainsThem() {
        float[] off = canary.mid.clone();
        off[3 * D] += 4;
        CanaryVerdict verdict = verdict(canary.frame(1, NOW, off, segment(0, ROWS)));
        assertThat(verdict.getFinding()).isEqualTo(CanaryFinding.CANARY_FINDING_DIFFERENT);
        assertThat(verdict.getDetail())
                .startsWith("11 of 12 rows of blocks.3.resid_post are as recorded; the farthest is ");
    }

    @Test
    void shouldKeepWhatDoesNotMatchInTheStatistics() {
        FeatureRecord record = accept(canary.frame(1, NOW, canary.after, segment(0, ROWS)));
        assertThat(record.getFrame().getRowKinds().toByteArray())
                .as("nobody leaves by calling itself a canary")
                .doesNotContain(RowKinds.CANARY);
    }

    @Test
    void shouldNotQuoteAnUnknownNameAndScoreItsRows() {
        Segment.Builder named = plain("r", 0, ROWS);
        named.addAttributesBuilder().setKey(CanaryPlan.ATTRIBUTE).setValue("somebody's secret");
        FeatureRecord record = accept(canary.frame(1, NOW, canary.mid, named));
        CanaryVerdict verdict = record.getFrame().getCanaries(0);
        assertThat(verdict.getFinding()).isEqualTo(CanaryFinding.CANARY_FINDING_UNKNOWN);
        assertThat(verdict.getCanary() + verdict.getDetail()).doesNotContain("secret");
        assertThat(record.getFrame().getRowKinds().toByteArray()).doesNotContain(RowKinds.CANARY);
    }

    @Test
    void shouldSayThatItCouldNotCompareWhenThereIsNoRecording() {
        intake = new Intake(
                Plans.only(canary.plan(TOLERANCE)),
                Loaded.of(canary.loaded(), plan -> {
                    throw new EncoderException("no file canaries/greeting.safetensors");
                }),
                new MapJournal());
        give(TestFrames.tick(NOW).toByteArray());
        CanaryVerdict verdict = verdict(canary.frame(1, NOW, canary.mid, segment(0, ROWS)));
        assertThat(verdict.getFinding()).isEqualTo(CanaryFinding.CANARY_FINDING_NOT_COMPARED);
        assertThat(verdict.getDetail()).isEqualTo("no file canaries/greeting.safetensors");
    }

    @Test
    void shouldLeaveFramesWithoutCanariesAlone() {
        FeatureRecord record = accept(canary.frame(1, NOW, canary.mid, plain("r", 0, ROWS)));
        assertThat(record.getFrame().getCanariesList()).isEmpty();
        Intake without = new Intake(
                Plans.only(TestPlans.plan(1, canary.dtype, 100)),
                Loaded.of(canary.loaded(), plan -> Map.<String, RecordedRows>of()),
                new MapJournal());
        without.accept(TestFrames.tick(NOW).toByteArray(), TestFrames.origin(1), "activations", -1);
        byte[] frame = TestFrames.record(
                        canary.frame(1, NOW, canary.mid, segment(0, ROWS)).build())
                .toByteArray();
        FeatureRecord plain = without.accept(frame, TestFrames.origin(2), "activations", -1);
        assertThat(plain.getFrame().getCanariesList())
                .as("a spec without canaries has none")
                .isEmpty();
    }

    /** Lengths, positions, labels and bits of any kind: named or refused, never thrown. */
    @Test
    void shouldSurviveHostileCanaries() {
        SplittableRandom random = new SplittableRandom(20261128);
        int judged = 0;
        for (int round = 1; round <= 3_000; round++) {
            int rows = random.nextInt(0, 20);
            byte[] data = new byte[Math.max(0, rows * D * 2 + (random.nextInt(8) == 0 ? random.nextInt(-9, 9) : 0))];
            random.nextBytes(data);
            CRC32C crc = new CRC32C();
            crc.update(data);
            Tensor.Builder tensor = Tensor.newBuilder()
                    .setHook(random.nextInt(9) == 0 ? CanaryFixture.AFTER : TestPlans.HOOK)
                    .setDtypeValue(random.nextInt(6) == 0 ? random.nextInt(6) : canary.dtype.getNumber())
                    .addShape(rows)
                    .addShape(random.nextInt(9) == 0 ? random.nextInt() : D)
                    .setData(ByteString.copyFrom(data))
                    .setCrc32C((int) crc.getValue());
            int start = random.nextInt(3) == 0 ? random.nextInt() : random.nextInt(-2, 20);
            Segment.Builder segment = segment(start, rows);
            segment.setCachedPrefix(random.nextInt(4) == 0 ? random.nextInt() : 0);
            segment.getEndBuilder().setRowsExpected(random.nextInt());
            FeatureRecord record = accept(CanaryFixture.frame(round, NOW, tensor.build(), segment));
            assertThat(record.getBodyCase()).isIn(FeatureRecord.BodyCase.FRAME, FeatureRecord.BodyCase.REFUSAL);
            assertThat(record.getRefusal().getDetail()).as("round " + round).doesNotContain("failed with");
            judged += record.getFrame().getCanariesCount() + record.getRefusal().getCanariesCount();
        }
        assertThat(judged).isGreaterThan(500);
    }

    private static Segment.Builder plain(String request, int start, int rows) {
        return TestFrames.segment(request, start, rows).toBuilder();
    }

    private static byte[] kinds(int before, int own, int after) {
        byte[] kinds = new byte[before + own + after];
        for (int i = 0; i < kinds.length; i++) {
            kinds[i] = i >= before && i < before + own ? RowKinds.CANARY : RowKinds.SCORED;
        }
        kinds[0] = RowKinds.FIRST;
        kinds[before + own] = RowKinds.FIRST;
        return kinds;
    }

    private CanaryVerdict verdict(Frame.Builder frame) {
        FeatureRecord record = accept(frame);
        assertThat(record.hasFrame()).as(record.getRefusal().getDetail()).isTrue();
        return record.getFrame().getCanaries(0);
    }

    private static CanaryFinding finding(FeatureRecord record) {
        assertThat(record.hasFrame()).as(record.getRefusal().getDetail()).isTrue();
        return record.getFrame().getCanaries(0).getFinding();
    }

    private FeatureRecord accept(Frame.Builder frame) {
        return give(TestFrames.record(frame.build()).toByteArray());
    }

    private FeatureRecord give(byte[] value) {
        return intake.accept(value, TestFrames.origin(7), "activations", -1);
    }
}
