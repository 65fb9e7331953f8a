package io.seismo.reference;

import com.google.protobuf.ByteString;
import io.seismo.wire.ActivationRecord;
import io.seismo.wire.Dtype;
import io.seismo.wire.Frame;
import io.seismo.wire.Heartbeat;
import io.seismo.wire.Reason;
import io.seismo.wire.Segment;
import io.seismo.wire.Tensor;
import io.seismo.wire.Tick;
import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** Every way a record can be bad, how to make one, and the reason it must be refused for. */
public enum BadInput {
    NOISE(Reason.REASON_UNPARSABLE, o -> bytes(o.noise())),
    TRUNCATED(Reason.REASON_UNPARSABLE, o -> bytes(o.truncated())),
    HOSTILE_LENGTH_PREFIX(Reason.REASON_UNPARSABLE, o -> bytes(hostilePrefix())),
    STRAY_END_GROUP(Reason.REASON_UNPARSABLE, o -> bytes(o.withTail(new byte[] {0x0C, 1, 2, 3}))),
    EMPTY_VALUE(Reason.REASON_SCHEMA_VERSION, o -> bytes(new byte[0])),
    NO_BODY(Reason.REASON_MALFORMED, o -> bytes(new byte[] {8, 1})),
    OTHER_SCHEMA_VERSION(Reason.REASON_SCHEMA_VERSION, o -> bytes(o.versioned(2))),
    OVERSIZED(Reason.REASON_OVERSIZED, o -> bytes(new byte[ReferenceGate.MAX_BYTES + 1])),
    UNSPECIFIED_DTYPE(Reason.REASON_DTYPE, o -> o.tensor(t -> t.setDtype(Dtype.DTYPE_UNSPECIFIED))),
    UNKNOWN_DTYPE(Reason.REASON_DTYPE, o -> o.tensor(t -> t.setDtypeValue(77))),
    OTHER_DTYPE(Reason.REASON_DTYPE, o -> o.tensor(t -> t.setDtype(Dtype.DTYPE_F16))),
    OTHER_WIDTH(Reason.REASON_SHAPE, o -> o.tensor(t -> t.setShape(1, PlanFixture.D_IN - 1))),
    THREE_DIMENSIONS(Reason.REASON_SHAPE, o -> o.tensor(t -> t.addShape(1))),
    SHORT_DATA(Reason.REASON_LENGTH, o -> o.tensor(t -> t.setData(t.getData().substring(2)))),
    NO_DATA(Reason.REASON_LENGTH, o -> o.tensor(t -> t.setData(ByteString.EMPTY))),
    CHECKSUM(Reason.REASON_CHECKSUM, o -> o.tensor(t -> t.setCrc32C(t.getCrc32C() ^ 1))),
    FLIPPED_BIT(Reason.REASON_CHECKSUM, o -> o.tensor(t -> t.setData(flipped(t.getData())))),
    NOT_A_NUMBER(Reason.REASON_NON_FINITE, o -> o.tensor(t -> spoil(t, 0x7FC0))),
    INFINITY(Reason.REASON_NON_FINITE, o -> o.tensor(t -> spoil(t, 0xFF80))),
    UNKNOWN_MODEL(Reason.REASON_UNKNOWN_MODEL, o -> o.frame(f -> f.setModel("other"))),
    UNKNOWN_REVISION(Reason.REASON_UNKNOWN_MODEL, o -> o.frame(f -> f.setRevision("r2"))),
    UNKNOWN_HOOK(Reason.REASON_UNKNOWN_HOOK, o -> o.tensor(t -> t.setHook("blocks.4.resid_post"))),
    ONE_HOOK_TOO_MANY(
            Reason.REASON_UNKNOWN_HOOK,
            o -> o.frame(f -> f.addTensors(f.getTensors(0).toBuilder().setHook("embed")))),
    HOOKS_SPLIT(
            Reason.REASON_HOOKS_SPLIT,
            o -> o.good.getTensorsCount() < 2 ? Optional.empty() : o.frame(f -> f.removeTensors(0))),
    UNKNOWN_ROW_KIND(
            Reason.REASON_MALFORMED, o -> o.segment(s -> s.setRowKinds(ByteString.copyFrom(kinds(s.getRows(), 3))))),
    SAME_HOOK_TWICE(Reason.REASON_MALFORMED, o -> o.frame(f -> f.addTensors(f.getTensors(0)))),
    NO_TENSORS(Reason.REASON_HOOKS_SPLIT, o -> o.frame(Frame.Builder::clearTensors)),
    LONG_NAME(Reason.REASON_MALFORMED, o -> o.frame(f -> f.setSourceId("x".repeat(129)))),
    LONG_REQUEST_ID(Reason.REASON_MALFORMED, o -> o.segment(s -> s.setRequestId("\u00e9".repeat(65)))),
    NO_REQUEST_ID(Reason.REASON_MALFORMED, o -> o.segment(Segment.Builder::clearRequestId)),
    HOSTILE_ROWS(Reason.REASON_MALFORMED, o -> o.segment(s -> s.setRows(-1))),
    ROWS_DO_NOT_ADD_UP(Reason.REASON_MALFORMED, o -> o.frame(f -> f.addSegments(o.extra()))),
    TOO_MANY_SEGMENTS(Reason.REASON_MALFORMED, o -> o.frame(BadInput::manySegments)),
    TOO_MANY_TENSORS(Reason.REASON_MALFORMED, o -> o.frame(BadInput::manyTensors)),
    KINDS_NOT_ONE_PER_ROW(
            Reason.REASON_MALFORMED,
            o -> o.segment(s -> s.setRowKinds(ByteString.copyFrom(new byte[s.getRows() + 1])))),
    FAR_AHEAD(Reason.REASON_AHEAD, o -> o.frame(f -> f.setTimestampMs(o.ticked + 10_001))),
    END_OF_TIME(Reason.REASON_MALFORMED, o -> o.frame(f -> f.setTimestampMs(Long.MAX_VALUE))),
    FAR_BEHIND(Reason.REASON_LATE, o -> o.frame(f -> f.setTimestampMs(o.ticked - 10_000))),
    LONG_AGO(Reason.REASON_LATE, o -> o.frame(f -> f.setTimestampMs(1))),
    NEGATIVE_TIME(Reason.REASON_NEGATIVE_TIME, o -> o.frame(f -> f.setTimestampMs(-1))),
    DUPLICATE(Reason.REASON_DUPLICATE, o -> o.frame(f -> f.setSourceSeq(o.good.getSourceSeq()))),
    OUT_OF_ORDER(Reason.REASON_OUT_OF_ORDER, o -> o.skippedSeq()),
    FAR_OUT_OF_ORDER(Reason.REASON_OUT_OF_ORDER, o -> o.oldSeq()),
    STALE_SOURCE(Reason.REASON_STALE_SOURCE, o -> o.frame(f -> f.setSourceEpoch(f.getSourceEpoch() - 1))),
    NEGATIVE_TICK(Reason.REASON_NEGATIVE_TIME, o -> bytes(tick(-5))),
    TICK_AT_END_OF_TIME(Reason.REASON_MALFORMED, o -> bytes(tick(Long.MAX_VALUE))),
    TICK_OF_NO_EPOCH(Reason.REASON_UNKNOWN_EPOCH, o -> bytes(o.tick(t -> t.clearEpoch()))),
    TICK_OF_UNKNOWN_EPOCH(Reason.REASON_UNKNOWN_EPOCH, o -> bytes(o.tick(t -> t.setEpoch(9_999)))),
    TICK_OF_HOSTILE_EPOCH(Reason.REASON_UNKNOWN_EPOCH, o -> bytes(o.tick(t -> t.setEpoch(-1)))),
    TICK_ANNOUNCES_UNKNOWN_EPOCH(
            Reason.REASON_UNKNOWN_EPOCH,
            o -> bytes(o.tick(t -> t.setNextEpoch(9_999).setNextEpochFirstPane(Long.MIN_VALUE)))),
    STALE_HEARTBEAT(Reason.REASON_STALE_SOURCE, o -> bytes(o.heartbeat(o.ticked, o.good.getSourceEpoch() - 1))),
    LATE_HEARTBEAT(Reason.REASON_LATE, o -> bytes(o.heartbeat(o.ticked - 60_000, o.good.getSourceEpoch()))),
    HEARTBEAT_AHEAD(Reason.REASON_AHEAD, o -> bytes(o.heartbeat(o.ticked + 60_000, o.good.getSourceEpoch())));

    /**
     * What a bad record is made from.
     *
     * @param good the source's last frame that was accepted
     * @param skipped sequence numbers the source never sent
     * @param ticked time of the partition
     * @param random seeded
     */
    record Occasion(Frame good, TreeSet<Long> skipped, long ticked, SplittableRandom random) {

        /** The frame that could follow, with one thing changed. */
        Optional<byte[]> frame(UnaryOperator<Frame.Builder> change) {
            Frame.Builder next = good.toBuilder().setSourceSeq(good.getSourceSeq() + 1);
            return bytes(TrafficGenerator.record(change.apply(next)).toByteArray());
        }

        Optional<byte[]> tensor(UnaryOperator<Tensor.Builder> change) {
            return frame(f -> f.setTensors(0, change.apply(f.getTensorsBuilder(0))));
        }

        Optional<byte[]> segment(UnaryOperator<Segment.Builder> change) {
            return frame(f -> f.setSegments(0, change.apply(f.getSegmentsBuilder(0))));
        }

        Segment extra() {
            return Segment.newBuilder().setRequestId("extra").setRows(1).build();
        }

        byte[] noise() {
            byte[] noise = new byte[random.nextInt(1, 200)];
            random.nextBytes(noise);
            // Field 0 is no field: no noise can parse.
            noise[0] = 0;
            return noise;
        }

        byte[] truncated() {
            byte[] whole = versioned(1);
            return Arrays.copyOf(whole, random.nextInt(3, whole.length));
        }

        /** The frame that could follow, and something behind it. */
        byte[] withTail(byte[] tail) {
            byte[] next = frame(f -> f).orElseThrow();
            byte[] whole = Arrays.copyOf(next, next.length + tail.length);
            System.arraycopy(tail, 0, whole, next.length, tail.length);
            return whole;
        }

        byte[] versioned(int version) {
            return ActivationRecord.newBuilder()
                    .setSchemaVersion(version)
                    .setFrame(good)
                    .build()
                    .toByteArray();
        }

        Optional<byte[]> skippedSeq() {
            Long seq = skipped.lower(good.getSourceSeq());
            return seq == null || good.getSourceSeq() - seq > 60 ? Optional.empty() : frame(f -> f.setSourceSeq(seq));
        }

        Optional<byte[]> oldSeq() {
            long seq = good.getSourceSeq() - 100;
            return seq < 1 ? Optional.empty() : frame(f -> f.setSourceSeq(seq));
        }

        /** A tick that would move time and close panes, with one thing changed. */
        byte[] tick(UnaryOperator<Tick.Builder> change) {
            Tick.Builder later = Tick.newBuilder().setTimeMs(ticked + 45_000).setEpoch(1);
            return record(change.apply(later));
        }

        byte[] heartbeat(long timestampMs, long epoch) {
            return ActivationRecord.newBuilder()
                    .setSchemaVersion(1)
                    .setHeartbeat(Heartbeat.newBuilder()
                            .setSourceId(good.getSourceId())
                            .setSourceEpoch(epoch)
                            .setTimestampMs(timestampMs)
                            .setRowsServed(1_000_000_000))
                    .build()
                    .toByteArray();
        }
    }

    private final Reason reason;
    private final Function<Occasion, Optional<byte[]>> maker;

    BadInput(Reason reason, Function<Occasion, Optional<byte[]>> maker) {
        this.reason = reason;
        this.maker = maker;
    }

    /** Why it must be refused. */
    public Reason reason() {
        return reason;
    }

    /** Such a record, when there is occasion for one. */
    Optional<byte[]> make(Occasion occasion) {
        return maker.apply(occasion);
    }

    private static Optional<byte[]> bytes(byte[] bytes) {
        return Optional.of(bytes);
    }

    private static byte[] tick(long timeMs) {
        return record(Tick.newBuilder().setTimeMs(timeMs).setEpoch(1));
    }

    private static byte[] record(Tick.Builder tick) {
        return ActivationRecord.newBuilder()
                .setSchemaVersion(1)
                .setTick(tick)
                .build()
                .toByteArray();
    }

    /** A frame that claims two gigabytes and has none. */
    private static byte[] hostilePrefix() {
        return new byte[] {8, 1, 18, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 7};
    }

    private static ByteString flipped(ByteString data) {
        byte[] bytes = data.toByteArray();
        bytes[bytes.length / 2] ^= 4;
        return ByteString.copyFrom(bytes);
    }

    /** Puts bf16 bits into the last element, with a checksum that is right. */
    private static Tensor.Builder spoil(Tensor.Builder tensor, int bits) {
        byte[] bytes = tensor.getData().toByteArray();
        bytes[bytes.length - 2] = (byte) bits;
        bytes[bytes.length - 1] = (byte) (bits >>> 8);
        return tensor.setData(ByteString.copyFrom(bytes)).setCrc32C(Numbers.crc32c(bytes));
    }

    private static byte[] kinds(int rows, int kind) {
        byte[] kinds = new byte[rows];
        Arrays.fill(kinds, (byte) kind);
        return kinds;
    }

    private static Frame.Builder manySegments(Frame.Builder frame) {
        for (int i = 0; i < 4_096; i++) {
            frame.addSegments(Segment.newBuilder().setRequestId("s"));
        }
        return frame;
    }

    private static Frame.Builder manyTensors(Frame.Builder frame) {
        for (int i = 0; i < 16; i++) {
            frame.addTensors(frame.getTensors(0).toBuilder().setHook("hook." + i));
        }
        return frame;
    }
}
