package io.seismo.activation;

import io.seismo.spec.MonitorPlan;
import io.seismo.spec.TapPlan;
import io.seismo.wire.EncodedRows;
import io.seismo.wire.Frame;
import io.seismo.wire.Reason;
import io.seismo.wire.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Holds a frame's model and tensors against the plan: UNKNOWN_MODEL, UNKNOWN_HOOK, HOOKS_SPLIT, MANIFEST, NOT_ENCODED, then
 * every {@link TensorCheck}, in this order over all tensors; {@link EncodedCheck} does the same for rows that were encoded
 * elsewhere.
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
            fault = tensors(frame);
        }
        return fault == null ? encoded.contents(frame) : fault;
    }

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

    /** Each check over all tensors before the next. */
    private @Nullable Fault tensors(Frame frame) {
        for (TensorCheck check : TensorCheck.values()) {
            for (TapPlan tap : plan.taps()) {
                Tensor tensor = tensor(frame, tap);
                Fault fault = tensor == null ? null : check.fault(tensor, tap);
                if (fault != null) {
                    return fault;
                }
            }
        }
        return null;
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
