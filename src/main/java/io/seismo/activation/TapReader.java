package io.seismo.activation;

import io.seismo.encoder.RowBlock;
import io.seismo.spec.TapPlan;
import io.seismo.wire.Frame;
import io.seismo.wire.Reason;
import io.seismo.wire.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One hook point of frames outside the pipeline, such as frames kept in a file: checked as the gate checks payloads, and
 * its rows classified as ENCODE classifies them. Other hook points of a frame are not looked at.
 */
public final class TapReader {

    private final TapPlan tap;
    private final RowClassifier classifier;

    /** @param tap whose rows are read; its encoders do not matter */
    public TapReader(TapPlan tap) {
        this.tap = tap;
        this.classifier = new RowClassifier(List.of(tap));
    }

    /** What is wrong with the tap's tensor, or {@code null}; a frame without rows may do without one. */
    public @Nullable Fault fault(Frame frame) {
        Tensor tensor = PayloadCheck.tensor(frame, tap);
        if (tensor == null) {
            boolean rows = frame.getSegmentsList().stream().anyMatch(segment -> segment.getRows() > 0);
            return rows ? new Fault(Reason.REASON_HOOKS_SPLIT, "no tensor of hook " + tap.hook()) : null;
        }
        for (TensorCheck check : TensorCheck.values()) {
            Fault fault = check.fault(tensor, tap);
            if (fault != null) {
                return fault;
            }
        }
        return null;
    }

    /** Rows of a frame without fault that has some. */
    public RowBlock rows(Frame frame) {
        Tensor tensor = PayloadCheck.tensor(frame, tap);
        if (tensor == null) {
            throw new IllegalArgumentException("a frame without rows at " + tap.hook());
        }
        return FeatureEncoder.rows(tensor, tap);
    }

    /** One of {@link RowKinds} a row of a frame without fault. */
    public byte[] kinds(Frame frame) {
        return classifier.kinds(frame);
    }
}
