package io.seismo.reference;

import io.seismo.spec.MonitorPlan;
import io.seismo.spec.Plans;
import io.seismo.spec.TapPlan;
import io.seismo.wire.ActivationRecord;
import io.seismo.wire.Attribute;
import io.seismo.wire.EncodedRows;
import io.seismo.wire.Frame;
import io.seismo.wire.Heartbeat;
import io.seismo.wire.Reason;
import io.seismo.wire.Segment;
import io.seismo.wire.Tensor;
import io.seismo.wire.Tick;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/** What a record must look like, apart from time and order: one sentence a check. */
final class ReferenceChecks {

    /** The year 9999 ends here, and with it all times. */
    private static final long END_OF_TIME_MS = 253_402_300_799_999L;

    private ReferenceChecks() {}

    static Optional<Reason> shapeOf(Tick tick) {
        if (tick.getTimeMs() > END_OF_TIME_MS) {
            return Optional.of(Reason.REASON_MALFORMED);
        }
        return tick.getTimeMs() < 0 ? Optional.of(Reason.REASON_NEGATIVE_TIME) : Optional.empty();
    }

    /** A tick may only speak of epochs that are in the log; announcing none is number 0. */
    static Optional<Reason> epochsOf(Tick tick, Plans plans) {
        boolean known = plans.find(tick.getEpoch()) != null
                && (tick.getNextEpoch() == 0 || plans.find(tick.getNextEpoch()) != null);
        return known ? Optional.empty() : Optional.of(Reason.REASON_UNKNOWN_EPOCH);
    }

    static Optional<Reason> shapeOf(Heartbeat beat) {
        boolean good =
                source(beat.getSourceId(), beat.getSourceEpoch(), beat.getTimestampMs()) && beat.getRowsServed() >= 0;
        return good ? Optional.empty() : Optional.of(Reason.REASON_MALFORMED);
    }

    static Optional<Reason> shapeOf(Frame frame) {
        Set<String> hooks = new TreeSet<>();
        boolean good = source(frame.getSourceId(), frame.getSourceEpoch(), frame.getTimestampMs())
                && id(frame.getModel())
                && id(frame.getRevision())
                && optionalId(frame.getCaptureTool())
                && frame.getSourceSeq() > 0
                && frame.getTensorsCount() <= 16
                && frame.getSegmentsCount() <= 4_096
                && frame.getSegmentsList().stream().allMatch(ReferenceChecks::segment)
                && frame.getTensorsList().stream().allMatch(tensor -> id(tensor.getHook()))
                && frame.getTensorsList().stream().allMatch(tensor -> hooks.add(tensor.getHook()))
                && frame.getTensorsList().stream().allMatch(tensor -> rowsAddUp(frame, tensor))
                && frame.getEncodedCount() <= 64
                && frame.getEncodedList().stream().allMatch(rows -> encoded(frame, rows))
                && frame.getEncodedList().stream().noneMatch(rows -> hooks.contains(rows.getHook()))
                && frame.getEncodedList().stream()
                                .map(rows -> List.of(rows.getHook(), rows.getWeights(), rows.getUnits()))
                                .distinct()
                                .count()
                        == frame.getEncodedCount();
        return good ? Optional.empty() : Optional.of(Reason.REASON_MALFORMED);
    }

    private static boolean source(String id, long epoch, long timestampMs) {
        return id(id) && epoch >= 0 && timestampMs != 0 && timestampMs <= END_OF_TIME_MS;
    }

    private static boolean segment(Segment segment) {
        long rows = Integer.toUnsignedLong(segment.getRows());
        long start = Integer.toUnsignedLong(segment.getStartPosition());
        return id(segment.getRequestId())
                && optionalId(segment.getSessionKey())
                && optionalId(segment.getAccountKey())
                && optionalId(segment.getTenantKey())
                && start + rows <= Integer.MAX_VALUE
                && segment.getCachedPrefix() >= 0
                && segment.getAttributesCount() <= 8
                && segment.getAttributesList().stream().allMatch(ReferenceChecks::attribute)
                && noneOrOnePerRow(segment.getRowKinds().size(), rows)
                && noneOrOnePerRow(segment.getTokenIdsCount(), rows)
                && noneOrOnePerRow(segment.getTokenTextCount(), rows)
                && knownKinds(segment.getRowKinds().toByteArray());
    }

    private static boolean knownKinds(byte[] kinds) {
        for (byte kind : kinds) {
            if (kind < 0 || kind > 2) {
                return false;
            }
        }
        return true;
    }

    private static boolean attribute(Attribute attribute) {
        return utf8(attribute.getKey()) <= 64 && utf8(attribute.getValue()) <= 64;
    }

    private static boolean noneOrOnePerRow(long count, long rows) {
        return count == 0 || count == rows;
    }

    private static boolean rowsAddUp(Frame frame, Tensor tensor) {
        return tensor.getShapeCount() == 0 || rows(frame) == Integer.toUnsignedLong(tensor.getShape(0));
    }

    private static boolean encoded(Frame frame, EncodedRows rows) {
        return id(rows.getHook())
                && id(rows.getWeights())
                && id(rows.getUnits())
                && rows(frame) == Integer.toUnsignedLong(rows.getRows());
    }

    private static long rows(Frame frame) {
        long rows = 0;
        for (Segment segment : frame.getSegmentsList()) {
            rows += Integer.toUnsignedLong(segment.getRows());
        }
        return rows;
    }

    private static boolean id(String text) {
        return !text.isEmpty() && utf8(text) <= 128;
    }

    private static boolean optionalId(String text) {
        return utf8(text) <= 128;
    }

    private static int utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    /** Model, hooks, manifest, dtype, shape, length, checksum, finiteness: each over all tensors before the next. */
    static Optional<Reason> contentOf(Frame frame, MonitorPlan plan) {
        if (!frame.getModel().equals(plan.model()) || !frame.getRevision().equals(plan.revision())) {
            return Optional.of(Reason.REASON_UNKNOWN_MODEL);
        }
        TreeSet<String> present = new TreeSet<>();
        frame.getTensorsList().forEach(tensor -> present.add(tensor.getHook()));
        frame.getEncodedList().forEach(rows -> present.add(rows.getHook()));
        TreeSet<String> wanted = new TreeSet<>();
        plan.taps().forEach(tap -> wanted.add(tap.hook()));
        if (!wanted.containsAll(present)) {
            return Optional.of(Reason.REASON_UNKNOWN_HOOK);
        }
        // Only a frame without rows may do without tensors.
        if (claimedRows(frame) > 0 && !present.containsAll(wanted)) {
            return Optional.of(Reason.REASON_HOOKS_SPLIT);
        }
        // Encoders of the plans here have no digest that rows encoded elsewhere could be held against.
        if (frame.getEncodedCount() > 0) {
            return Optional.of(Reason.REASON_MANIFEST);
        }
        return firstFailing(frame, plan.taps());
    }

    private static Optional<Reason> firstFailing(Frame frame, List<TapPlan> taps) {
        for (Reason reason : List.of(
                Reason.REASON_DTYPE,
                Reason.REASON_SHAPE,
                Reason.REASON_LENGTH,
                Reason.REASON_CHECKSUM,
                Reason.REASON_NON_FINITE)) {
            if (any(frame, taps, reason)) {
                return Optional.of(reason);
            }
        }
        return Optional.empty();
    }

    private static boolean any(Frame frame, List<TapPlan> taps, Reason reason) {
        int rows = claimedRows(frame);
        for (TapPlan tap : taps) {
            for (Tensor tensor : frame.getTensorsList()) {
                if (tensor.getHook().equals(tap.hook())
                        && !good(tap, rows, reason).test(tensor)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static Predicate<Tensor> good(TapPlan tap, int rows, Reason reason) {
        long bytes = (long) rows * tap.dIn() * Numbers.size(tap.dtype());
        List<Integer> shape = List.of(rows, tap.dIn());
        if (reason == Reason.REASON_DTYPE) {
            return tensor -> tensor.getDtype() == tap.dtype();
        }
        if (reason == Reason.REASON_SHAPE) {
            return tensor -> tensor.getShapeList().equals(shape);
        }
        if (reason == Reason.REASON_LENGTH) {
            return tensor -> tensor.getData().size() == bytes;
        }
        if (reason == Reason.REASON_CHECKSUM) {
            return tensor ->
                    tensor.getCrc32C() == Numbers.crc32c(tensor.getData().toByteArray());
        }
        return tensor -> finite(Numbers.decode(tensor.getData().toByteArray(), tap.dtype()));
    }

    private static boolean finite(float[] values) {
        for (float value : values) {
            if (!Float.isFinite(value)) {
                return false;
            }
        }
        return true;
    }

    static Tensor tensor(Frame frame, String hook) {
        return frame.getTensorsList().stream()
                .filter(tensor -> tensor.getHook().equals(hook))
                .findFirst()
                .orElseThrow();
    }

    static int claimedRows(ActivationRecord record) {
        return record.hasFrame() ? claimedRows(record.getFrame()) : 0;
    }

    /** Rows the segments claim, at most the largest int. */
    static int claimedRows(Frame frame) {
        long rows = 0;
        for (Segment segment : frame.getSegmentsList()) {
            rows += Integer.toUnsignedLong(segment.getRows());
        }
        return (int) Math.min(rows, Integer.MAX_VALUE);
    }
}
