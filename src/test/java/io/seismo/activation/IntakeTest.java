package io.seismo.activation;

import static io.seismo.activation.TestFrames.frame;
import static io.seismo.activation.TestFrames.heartbeat;
import static io.seismo.activation.TestFrames.origin;
import static io.seismo.activation.TestFrames.record;
import static io.seismo.activation.TestFrames.segment;
import static io.seismo.activation.TestFrames.tick;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import com.google.protobuf.UnknownFieldSet;
import io.seismo.spec.Plans;
import io.seismo.wire.ActivationRecord;
import io.seismo.wire.Attribute;
import io.seismo.wire.Dtype;
import io.seismo.wire.EncodedFrame;
import io.seismo.wire.FeatureRecord;
import io.seismo.wire.Frame;
import io.seismo.wire.Reason;
import io.seismo.wire.Segment;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class IntakeTest {

    private static final long NOW = 1_000_000;
    private static final float[] ROW = {1, 2, 3, 4};

    private static final long NO_STAMP = -1;

    private final MapJournal journal = new MapJournal();
    private final Intake intake = new Intake(Plans.only(TestPlans.plan(100)), any -> TestPlans.encoders(), journal);

    @Test
    void shouldRefuseEveryFrameAsAheadWhenThereWasNoTick() {
        FeatureRecord out = accept(good(1).build());
        assertThat(out.getRefusal().getReason()).isEqualTo(Reason.REASON_AHEAD);
        assertThat(out.getRefusal().getPane()).isZero();
        assertThat(out.getRefusal().getRows()).isEqualTo(2);
    }

    @Test
    void shouldPassTicksOnAndIgnoreEarlierOnes() {
        assertThat(give(tick(NOW)).getTick().getTimeMs()).isEqualTo(NOW);
        assertThat(give(tick(NOW - 500)).getTick().getTimeMs()).isEqualTo(NOW - 500);
        assertThat(accept(good(1).setTimestampMs(NOW - 10_000).build())
                        .getRefusal()
                        .getReason())
                .isEqualTo(Reason.REASON_LATE);
    }

    static Stream<Arguments> edits() {
        Segment two = segment("r", 0, 2);
        return Stream.of(
                edit(Reason.REASON_MALFORMED, f -> f.setSourceId("")),
                edit(Reason.REASON_MALFORMED, f -> f.setSourceId("x".repeat(129))),
                edit(Reason.REASON_MALFORMED, f -> f.setSourceId("☂".repeat(43))),
                edit(Reason.REASON_MALFORMED, f -> f.setSourceEpoch(-1)),
                edit(Reason.REASON_MALFORMED, f -> f.setSourceSeq(0)),
                edit(Reason.REASON_MALFORMED, f -> f.setTimestampMs(0)),
                edit(Reason.REASON_MALFORMED, f -> f.setTimestampMs(Long.MAX_VALUE)),
                edit(Reason.REASON_MALFORMED, f -> f.setModel("")),
                edit(Reason.REASON_MALFORMED, f -> f.setCaptureTool("x".repeat(129))),
                edit(Reason.REASON_MALFORMED, f -> f.addSegments(segment("s", 0, 1))),
                edit(Reason.REASON_MALFORMED, f -> f.addTensors(f.getTensors(0))),
                edit(Reason.REASON_MALFORMED, f -> {
                    for (int i = 0; i < 4_096; i++) {
                        f.addSegments(segment("s", 0, 0));
                    }
                    return f;
                }),
                edit(Reason.REASON_MALFORMED, f -> {
                    for (int i = 0; i < 16; i++) {
                        f.addTensors(f.getTensors(0).toBuilder().setHook("h" + i));
                    }
                    return f;
                }),
                edit(
                        Reason.REASON_MALFORMED,
                        f -> f.setSegments(0, two.toBuilder().setRequestId(""))),
                edit(
                        Reason.REASON_MALFORMED,
                        f -> f.setSegments(0, two.toBuilder().setAccountKey("x".repeat(129)))),
                edit(
                        Reason.REASON_MALFORMED,
                        f -> f.setSegments(0, two.toBuilder().setRows(-2))),
                edit(
                        Reason.REASON_MALFORMED,
                        f -> f.setSegments(0, two.toBuilder().setStartPosition(Integer.MAX_VALUE - 1))),
                edit(
                        Reason.REASON_MALFORMED,
                        f -> f.setSegments(0, two.toBuilder().setRowKinds(bytes(0)))),
                edit(
                        Reason.REASON_MALFORMED,
                        f -> f.setSegments(0, two.toBuilder().setRowKinds(bytes(0, 3)))),
                edit(
                        Reason.REASON_MALFORMED,
                        f -> f.setSegments(0, two.toBuilder().addTokenIds(1))),
                edit(
                        Reason.REASON_MALFORMED,
                        f -> f.setSegments(0, two.toBuilder().addTokenText("secret"))),
                edit(
                        Reason.REASON_MALFORMED,
                        f -> f.setSegments(
                                0,
                                two.toBuilder()
                                        .addAttributes(Attribute.newBuilder().setKey("k".repeat(65))))),
                edit(Reason.REASON_NEGATIVE_TIME, f -> f.setTimestampMs(-5)),
                edit(Reason.REASON_AHEAD, f -> f.setTimestampMs(NOW + 10_001)),
                edit(Reason.REASON_LATE, f -> f.setTimestampMs(NOW - 10_000)),
                edit(Reason.REASON_UNKNOWN_MODEL, f -> f.setRevision("r2")),
                edit(
                        Reason.REASON_UNKNOWN_HOOK,
                        f -> f.setTensors(0, f.getTensors(0).toBuilder().setHook("x"))),
                edit(Reason.REASON_HOOKS_SPLIT, Frame.Builder::clearTensors),
                edit(
                        Reason.REASON_DTYPE,
                        f -> f.setTensors(0, f.getTensors(0).toBuilder().setDtype(Dtype.DTYPE_BF16))),
                edit(
                        Reason.REASON_DTYPE,
                        f -> f.setTensors(0, f.getTensors(0).toBuilder().setDtypeValue(77))),
                edit(
                        Reason.REASON_SHAPE,
                        f -> f.setTensors(0, f.getTensors(0).toBuilder().setShape(1, 5))),
                edit(
                        Reason.REASON_SHAPE,
                        f -> f.setTensors(0, f.getTensors(0).toBuilder().clearShape())),
                edit(
                        Reason.REASON_LENGTH,
                        f -> f.setTensors(0, f.getTensors(0).toBuilder().setData(bytes(1, 2)))),
                edit(
                        Reason.REASON_CHECKSUM,
                        f -> f.setTensors(0, f.getTensors(0).toBuilder().setCrc32C(5))),
                edit(Reason.REASON_NON_FINITE, f -> row(f, 1, Float.NaN, 3, 4)),
                edit(Reason.REASON_ENCODER, f -> row(f, LinearEncoder.POISON, 0, 0, 0)),
                edit(Reason.REASON_ENCODER, f -> row(f, -LinearEncoder.POISON, 0, 0, 0)),
                edit(Reason.REASON_ENCODER, f -> row(f, 2 * LinearEncoder.POISON, 0, 0, 0)));
    }

    @ParameterizedTest
    @MethodSource("edits")
    void shouldRefuseWithItsReasonAndLeaveNoTraceWhenOneThingIsWrong(Reason reason, UnaryOperator<Frame.Builder> edit) {
        give(tick(NOW));
        FeatureRecord out = accept(edit.apply(good(1)).build());
        assertThat(out.getRefusal().getReason()).isEqualTo(reason);
        assertThat(out.getRefusal().getDetail()).isNotEmpty().doesNotContain("secret", "quotes");
        assertThat(out.getRefusal().getPane()).isEqualTo(100);
        assertThat(journal.entries()).containsOnlyKeys("t");
        // The control: without the edit the same frame passes, as the first of its source.
        FeatureRecord passed = accept(good(1).build());
        assertThat(passed.hasFrame()).isTrue();
        assertThat(passed.getFrame().getMissingFrames()).isZero();
    }

    @Test
    void shouldRefuseWithTheFirstReasonWhenSeveralApply() {
        give(tick(NOW));
        UnaryOperator<Frame.Builder> checksum =
                f -> f.setTensors(0, f.getTensors(0).toBuilder().setCrc32C(5));
        UnaryOperator<Frame.Builder> model = f -> f.setModel("other");
        UnaryOperator<Frame.Builder> late = f -> f.setTimestampMs(1);
        assertThat(reason(checksum.apply(row(good(1), Float.NaN, 0, 0, 0)))).isEqualTo(Reason.REASON_CHECKSUM);
        assertThat(reason(model.apply(checksum.apply(good(1))))).isEqualTo(Reason.REASON_UNKNOWN_MODEL);
        assertThat(reason(late.apply(model.apply(checksum.apply(good(1)))))).isEqualTo(Reason.REASON_LATE);
        assertThat(reason(late.apply(model.apply(good(1))).setSourceId(""))).isEqualTo(Reason.REASON_MALFORMED);
    }

    @Test
    void shouldRefuseWhatItCannotReadWithoutThrowing() {
        give(tick(NOW));
        assertThat(give(new byte[FrameReader.MAX_RECORD_BYTES + 1]).getRefusal().getReason())
                .isEqualTo(Reason.REASON_OVERSIZED);
        assertThat(give(new byte[] {8, 1, 18, 127}).getRefusal().getReason()).isEqualTo(Reason.REASON_UNPARSABLE);
        assertThat(intake.accept(null, origin(0), "t", NO_STAMP).getRefusal().getReason())
                .isEqualTo(Reason.REASON_UNPARSABLE);
        assertThat(give(record(good(1).build()).toBuilder().setSchemaVersion(2).build())
                        .getRefusal()
                        .getReason())
                .isEqualTo(Reason.REASON_SCHEMA_VERSION);
        assertThat(give(ActivationRecord.newBuilder().setSchemaVersion(1).build())
                        .getRefusal()
                        .getReason())
                .isEqualTo(Reason.REASON_MALFORMED);
        assertThat(give(tick(-1)).getRefusal().getReason()).isEqualTo(Reason.REASON_NEGATIVE_TIME);
        assertThat(give(tick(Long.MAX_VALUE)).getRefusal().getReason()).isEqualTo(Reason.REASON_MALFORMED);
    }

    @Test
    void shouldStripTokensAndUnknownFieldsWhenEncoding() {
        give(tick(NOW));
        UnknownFieldSet unknown = UnknownFieldSet.newBuilder()
                .addField(
                        99,
                        UnknownFieldSet.Field.newBuilder()
                                .addLengthDelimited(ByteString.copyFromUtf8("secret"))
                                .build())
                .build();
        Segment segment = segment("r", 5, 2).toBuilder()
                .setCachedPrefix(5)
                .setTenantKey("t")
                .setRoleValue(77)
                .addAttributes(Attribute.newBuilder().setKey("k").setValue("v"))
                .addTokenIds(1)
                .addTokenIds(2)
                .addTokenText("secret")
                .addTokenText("secret")
                .setUnknownFields(unknown)
                .build();
        FeatureRecord out = accept(frame(1, NOW, segment, ROW).build());
        Segment expected = segment.toBuilder()
                .clearTokenIds()
                .clearTokenText()
                .setUnknownFields(UnknownFieldSet.getDefaultInstance())
                .build();
        assertThat(out.getFrame().getSegmentsList()).containsExactly(expected);
        assertThat(out.toByteString().toStringUtf8()).doesNotContain("secret");
    }

    @Test
    void shouldClassifyRowsAndEncodeThemWhenAccepted() {
        give(tick(NOW));
        Segment segment = segment(sampled(true), 0, 4).toBuilder()
                .setRowKinds(bytes(0, 1, 2, 0))
                .build();
        EncodedFrame out = accept(frame(1, NOW, segment, ROW).build()).getFrame();
        // Of 100 features 3 in 4 are above 1, of the next 2 in 4, then 1 in 4, then none.
        assertThat(out.getRowKinds()).isEqualTo(bytes(3, 1, 2, 0));
        assertThat(floats(out.getWatched())).startsWith(1f, 4f, -2f).hasSize(12);
        assertThat(out.getCodes(0).getCounts()).isEqualTo(shorts(0xffff, 0xffff, 0xffff, 150));
        assertThat(out.getCodes(0).getIndices().size()).isEqualTo(150 * 4);

        EncodedFrame sink = accept(frame(2, NOW, segment(sampled(true), 4, 1), 100, 0, 0, 0)
                        .build())
                .getFrame();
        assertThat(sink.getRowKinds()).isEqualTo(bytes(4));
        EncodedFrame unsampled = accept(
                        frame(3, NOW, segment(sampled(false), 4, 1), ROW).build())
                .getFrame();
        assertThat(unsampled.getRowKinds()).isEqualTo(bytes(0));
        assertThat(unsampled.getCodes(0).getCounts()).isEqualTo(shorts(0xffff));
    }

    @Test
    void shouldAcceptAFrameWithoutTensorsWhenItOnlyEndsRequests() {
        give(tick(NOW));
        Frame frame = good(1).clearTensors().setSegments(0, segment("r", 0, 0)).build();
        assertThat(accept(frame).getFrame().getSegmentsCount()).isEqualTo(1);
    }

    @Test
    void shouldRefuseAFrameWhenItsFeaturesWouldBeTooLarge() {
        give(tick(NOW));
        FeatureRecord out =
                accept(frame(1, NOW, segment(sampled(true), 1, 200), 9, 9, 9, 9).build());
        assertThat(out.getRefusal().getReason()).isEqualTo(Reason.REASON_ENCODER);
        assertThat(accept(frame(1, NOW, segment(sampled(false), 1, 200), 9, 9, 9, 9)
                                .build())
                        .hasFrame())
                .isTrue();
    }

    @Test
    void shouldTellGapsDuplicatesAndDisorderApartPerSource() {
        give(tick(NOW));
        assertThat(accept(good(5).build()).getFrame().getMissingFrames()).isZero();
        assertThat(accept(good(8).build()).getFrame().getMissingFrames()).isEqualTo(2);
        assertThat(reason(good(8))).isEqualTo(Reason.REASON_DUPLICATE);
        assertThat(reason(good(5))).isEqualTo(Reason.REASON_DUPLICATE);
        assertThat(reason(good(6))).isEqualTo(Reason.REASON_OUT_OF_ORDER);
        assertThat(accept(good(72).build()).hasFrame()).isTrue();
        assertThat(reason(good(8))).isEqualTo(Reason.REASON_DUPLICATE);
        assertThat(accept(good(73).build()).hasFrame()).isTrue();
        assertThat(reason(good(8))).isEqualTo(Reason.REASON_OUT_OF_ORDER);
        assertThat(accept(good(3).setSourceEpoch(2).build()).getFrame().getMissingFrames())
                .isEqualTo(2);
        assertThat(reason(good(74))).isEqualTo(Reason.REASON_STALE_SOURCE);
        assertThat(give(heartbeat("a", 1, NOW, 5)).getRefusal().getReason()).isEqualTo(Reason.REASON_STALE_SOURCE);
        assertThat(give(heartbeat("a", 2, NOW, 5)).hasHeartbeat()).isTrue();
        assertThat(give(heartbeat("b", 0, NOW + 10_001, 5)).getRefusal().getReason())
                .isEqualTo(Reason.REASON_AHEAD);
    }

    @Test
    void shouldCarryNothingWrongWhenEveryPrefixOfARecordIsOffered() {
        give(tick(NOW));
        byte[] whole = record(good(1).build()).toByteArray();
        for (int length = 0; length < whole.length; length++) {
            assertThat(give(java.util.Arrays.copyOf(whole, length)).hasRefusal())
                    .isTrue();
        }
        assertThat(give(whole).hasFrame()).isTrue();
    }

    private Reason reason(Frame.Builder frame) {
        return accept(frame.build()).getRefusal().getReason();
    }

    private FeatureRecord accept(Frame frame) {
        return give(record(frame));
    }

    private FeatureRecord give(MessageLite record) {
        return give(record.toByteArray());
    }

    private FeatureRecord give(byte[] value) {
        return intake.accept(value, origin(7), "activations", NO_STAMP);
    }

    private static Frame.Builder good(long seq) {
        return frame(seq, NOW, segment("r", 0, 2), ROW);
    }

    private static Frame.Builder row(Frame.Builder frame, float... row) {
        return frame.setTensors(0, frame(1, NOW, segment("r", 0, 2), row).getTensors(0));
    }

    private static Arguments edit(Reason reason, UnaryOperator<Frame.Builder> edit) {
        return Arguments.of(reason, edit);
    }

    private static String sampled(boolean wanted) {
        var sample = new io.seismo.window.RequestSample(0.5);
        return Stream.iterate(0, i -> i + 1)
                .map(i -> "request-" + i)
                .filter(id -> sample.includes(id) == wanted)
                .findFirst()
                .orElseThrow();
    }

    private static ByteString bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return ByteString.copyFrom(bytes);
    }

    private static ByteString shorts(int... values) {
        byte[] bytes = new byte[values.length * 2];
        for (int i = 0; i < values.length; i++) {
            bytes[2 * i] = (byte) values[i];
            bytes[2 * i + 1] = (byte) (values[i] >>> 8);
        }
        return ByteString.copyFrom(bytes);
    }

    private static List<Float> floats(ByteString bytes) {
        var in = bytes.asReadOnlyByteBuffer().order(java.nio.ByteOrder.LITTLE_ENDIAN);
        return Stream.generate(in::getFloat).limit(bytes.size() / 4).toList();
    }
}
