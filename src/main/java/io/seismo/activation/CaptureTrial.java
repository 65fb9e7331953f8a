package io.seismo.activation;

import io.seismo.encoder.RowBlock;
import io.seismo.spec.MonitorPlan;
import io.seismo.spec.TapPlan;
import io.seismo.weights.recorded.RecordedRows;
import io.seismo.wire.CanaryVerdict;
import io.seismo.wire.Frame;
import io.seismo.wire.Reason;
import io.seismo.wire.Tensor;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What ENCODE would say of frames, for somebody who only looks: the same checks of what a frame holds, the same kinds of
 * rows, the same verdicts on canaries; nothing of time, sequence or encoders.
 */
public final class CaptureTrial {

    private final PayloadCheck check;
    private final CanaryCheck canaries;
    private final RowClassifier classifier;

    /** @param recorded rows of the plan's canaries, by name in the spec */
    public CaptureTrial(MonitorPlan plan, Map<String, RecordedRows> recorded) {
        this.check = new PayloadCheck(plan);
        this.canaries = new CanaryCheck(plan, recorded, "its recording cannot be read here");
        this.classifier = new RowClassifier(plan.taps());
    }

    /**
     * What was said of a frame.
     *
     * @param reason why it would be refused; {@code null} when it would not
     * @param detail in words, nothing of the frame's content; empty when it would not be refused
     * @param kinds one of {@link RowKinds} a row; empty when it would be refused
     * @param canaries verdicts on its canaries
     */
    @SuppressWarnings("ArrayRecordComponent")
    public record Look(@Nullable Reason reason, String detail, byte[] kinds, List<CanaryVerdict> canaries) {}

    /** Looks at a frame within the bounds of {@link FrameReader}. */
    public Look look(Frame frame) {
        Fault fault = check.fault(frame);
        if (fault != null) {
            return new Look(fault.reason(), fault.detail(), new byte[0], canaries.refused(frame, fault));
        }
        List<CanaryVerdict> verdicts = canaries.judge(frame);
        byte[] kinds = classifier.kinds(frame);
        RowClassifier.markCanaries(frame, verdicts, kinds);
        return new Look(null, "", kinds, verdicts);
    }

    /** Rows of a tap in a frame that would not be refused; {@code null} when they came encoded or there are none. */
    public static @Nullable RowBlock rows(Frame frame, TapPlan tap) {
        Tensor tensor = PayloadCheck.tensor(frame, tap);
        return tensor == null ? null : FeatureEncoder.rows(tensor, tap);
    }
}
