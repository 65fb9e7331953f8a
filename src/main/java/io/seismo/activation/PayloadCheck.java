package io.seismo.activation;

import io.seismo.encoder.RowBlock;
import io.seismo.spec.MonitorPlan;
import io.seismo.spec.TapPlan;
import io.seismo.wire.EncodedRows;
import io.seismo.wire.Frame;
import io.seismo.wire.Reason;
import io.seismo.wire.Tensor;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Holds a frame's model and tensors against the plan: UNKNOWN_MODEL, UNKNOWN_HOOK, HOOKS_SPLIT, MANIFEST, NOT_ENCODED,
 * DTYPE, SHAPE, LENGTH, CHECKSUM, NON_FINITE, in this order over all tensors; {@link EncodedCheck} does the same for rows
 * that were encoded elsewhere.
 *
 * <p>A frame with rows carries every hook point of the plan, as a tensor or encoded, and no other; a frame without rows may
 * do without.
 */
final class PayloadCheck {

    private final MonitorPlan plan;
    private final EncodedCheck encoded;

    PayloadCheck(MonitorPlan plan) {
        this.plan = plan;
        this.encoded = new EncodedCheck(plan);
    }

    /** What is wrong, or {@code null}. */
    @Nullable
    Fault fault(Frame frame) {
        if (!frame.getModel().equals(plan.model()) || !frame.getRevision().equals(plan.revision())) {
            return new Fault(Reason.REASON_UNKNOWN_MODEL, "model and revision are not those of the spec");
        }
        Fault fault = hooks(frame);
        if (fault == null) {
            fault = encoded.manifest(frame);
        }
        if (fault == null) {
            fault = forms(frame);
        }
        if (fault == null) {
            fault = contents(frame);
        }
        return fault == null ? encoded.contents(frame) : fault;
    }

    /** Reason and detail of a refusal. */
    record Fault(Reason reason, String detail) {}

    private @Nullable Fault hooks(Frame frame) {
        for (Tensor tensor : frame.getTensorsList()) {
            if (plan.taps().stream().noneMatch(tap -> tap.hook().equals(tensor.getHook()))) {
                return new Fault(Reason.REASON_UNKNOWN_HOOK, "a tensor's hook is no tap of the spec");
            }
        }
        for (EncodedRows rows : frame.getEncodedList()) {
            if (plan.taps().stream().noneMatch(tap -> tap.hook().equals(rows.getHook()))) {
                return new Fault(Reason.REASON_UNKNOWN_HOOK, "a hook of encoded rows is no tap of the spec");
            }
        }
        boolean rows = frame.getSegmentsList().stream().anyMatch(segment -> segment.getRows() > 0);
        boolean absent = frame.getTensorsCount() == 0 && frame.getEncodedCount() == 0;
        for (TapPlan tap : plan.taps()) {
            absent |= tensor(frame, tap) == null && !EncodedCheck.encoded(frame, tap);
        }
        return rows && absent
                ? new Fault(Reason.REASON_HOOKS_SPLIT, "a hook of the spec is missing; send all hooks in one frame")
                : null;
    }

    /** DTYPE, SHAPE, LENGTH. */
    private @Nullable Fault forms(Frame frame) {
        for (TapPlan tap : plan.taps()) {
            Tensor tensor = tensor(frame, tap);
            if (tensor != null && tensor.getDtype() != tap.dtype()) {
                return new Fault(Reason.REASON_DTYPE, "dtype of tap " + tap.name() + " must be " + tap.dtype());
            }
        }
        for (TapPlan tap : plan.taps()) {
            Tensor tensor = tensor(frame, tap);
            if (tensor != null && (tensor.getShapeCount() != 2 || tensor.getShape(1) != tap.dIn())) {
                return new Fault(
                        Reason.REASON_SHAPE, "shape of tap " + tap.name() + " must be [rows, " + tap.dIn() + "]");
            }
        }
        for (TapPlan tap : plan.taps()) {
            Tensor tensor = tensor(frame, tap);
            if (tensor != null && tensor.getData().size() != expectedBytes(tensor, tap)) {
                return new Fault(Reason.REASON_LENGTH, "data of tap " + tap.name() + " is not rows x d elements long");
            }
        }
        return null;
    }

    /** CHECKSUM, NON_FINITE. */
    private @Nullable Fault contents(Frame frame) {
        for (Tensor tensor : frame.getTensorsList()) {
            if (TensorBytes.crc32c(TensorBytes.of(tensor.getData())) != tensor.getCrc32C()) {
                return new Fault(Reason.REASON_CHECKSUM, "crc32c is not the CRC-32C of data");
            }
        }
        for (Tensor tensor : frame.getTensorsList()) {
            ByteBuffer data = TensorBytes.of(tensor.getData());
            if (!FiniteCheck.allFinite(data, tensor.getDtype())) {
                return new Fault(Reason.REASON_NON_FINITE, "data holds an infinity or NaN");
            }
        }
        return null;
    }

    private static long expectedBytes(Tensor tensor, TapPlan tap) {
        long elements = Integer.toUnsignedLong(tensor.getShape(0)) * tap.dIn();
        return elements * RowBlock.bytesPerElement(tap.dtype());
    }

    /** The tensor of a tap's hook, or {@code null}. */
    static @Nullable Tensor tensor(Frame frame, TapPlan tap) {
        for (Tensor tensor : frame.getTensorsList()) {
            if (tensor.getHook().equals(tap.hook())) {
                return tensor;
            }
        }
        return null;
    }
}
