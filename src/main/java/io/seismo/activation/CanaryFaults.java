package io.seismo.activation;

import io.seismo.activation.CanaryCheck.Known;
import io.seismo.activation.CanaryExplanations.Explanation;
import io.seismo.encoder.RowBlock;
import io.seismo.spec.MonitorPlan;
import io.seismo.spec.TapPlan;
import io.seismo.wire.CanaryFinding;
import io.seismo.wire.Dtype;
import io.seismo.wire.Frame;
import io.seismo.wire.Segment;
import io.seismo.wire.Tensor;

/** What a refused frame says about the canary it carried. Lengths and names in it may be anything. */
final class CanaryFaults {

    private final MonitorPlan plan;
    private final Known known;

    CanaryFaults(MonitorPlan plan, Known known) {
        this.plan = plan;
        this.known = known;
    }

    Explanation explain(Frame frame, Segment segment, int first, Fault fault) {
        return switch (fault.reason()) {
            case REASON_UNKNOWN_MODEL ->
                new Explanation(
                        CanaryFinding.CANARY_FINDING_REVISION,
                        "its frame says another model or revision than " + plan.model() + " " + plan.revision());
            case REASON_UNKNOWN_HOOK, REASON_HOOKS_SPLIT ->
                new Explanation(CanaryFinding.CANARY_FINDING_LAYER, hook(frame));
            case REASON_DTYPE -> new Explanation(CanaryFinding.CANARY_FINDING_DTYPE, dtype(frame, segment, first));
            case REASON_SHAPE, REASON_LENGTH ->
                new Explanation(CanaryFinding.CANARY_FINDING_SHAPE, "its frame was refused: " + fault.detail());
            default ->
                new Explanation(CanaryFinding.CANARY_FINDING_REFUSED, "its frame was refused: " + fault.detail());
        };
    }

    /** Names only hook points that were recorded. */
    private String hook(Frame frame) {
        for (Tensor tensor : frame.getTensorsList()) {
            boolean tapped = plan.taps().stream().anyMatch(tap -> tap.hook().equals(tensor.getHook()));
            if (!tapped && known.rows().facts().hooks().containsKey(tensor.getHook())) {
                return "its frame carries " + tensor.getHook() + ", which the spec does not read; it reads " + hooks();
            }
        }
        return "its frame carries other hook points than the spec reads: " + hooks();
    }

    private String hooks() {
        return String.join(", ", plan.taps().stream().map(TapPlan::hook).toList());
    }

    private String dtype(Frame frame, Segment segment, int first) {
        for (TapPlan tap : plan.taps()) {
            Tensor tensor = PayloadCheck.tensor(frame, tap);
            if (tensor != null && tensor.getDtype() != tap.dtype()) {
                String said = "rows of " + tap.hook() + " say " + CanaryExplanations.word(tensor.getDtype())
                        + ", the spec reads " + CanaryExplanations.word(tap.dtype());
                if (right(tensor, tap, new Place(segment, first, tap.dtype()))) {
                    return said + "; their bits are right, only the label is not";
                }
                return right(tensor, tap, new Place(segment, first, tensor.getDtype()))
                        ? said + "; their values are right: the capture converts them"
                        : said;
            }
        }
        return "dtype of a hook point is not that of the spec";
    }

    /** Rows of a segment, and what they are read as. */
    private record Place(Segment segment, int first, Dtype dtype) {}

    private boolean right(Tensor tensor, TapPlan tap, Place place) {
        Dtype dtype = place.dtype();
        boolean readable = dtype != Dtype.DTYPE_UNSPECIFIED && dtype != Dtype.UNRECOGNIZED;
        boolean sound = readable
                && tensor.getShapeCount() == 2
                && tensor.getShape(1) == tap.dIn()
                && tensor.getData().size()
                        == Integer.toUnsignedLong(tensor.getShape(0)) * tap.dIn() * RowBlock.bytesPerElement(dtype);
        return sound
                && new CanaryExplanations(tap, known.rows(), known.canary().tolerance())
                        .match(CanaryCheck.placed(tensor, dtype, place.segment(), place.first()));
    }
}
