package io.seismo.encoder.onnx;

import io.seismo.encoder.Encoder;
import io.seismo.encoder.EncoderException;
import io.seismo.encoder.JointWatch;
import io.seismo.encoder.RowBlock;
import io.seismo.encoder.SparseRows;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/** One encoder of a plan whose watched columns are computed together with those of the others. */
final class JointEncoder extends DescribedEncoder {

    private final JointWatch joint;
    private final @Nullable Encoder whole;

    /** @param whole for the full graph; absent when it was not asked for */
    JointEncoder(Facts facts, JointWatch joint, @Nullable Encoder whole) {
        super(facts);
        this.joint = joint;
        this.whole = whole;
    }

    @Override
    public JointWatch joint() {
        return joint;
    }

    @Override
    public void watch(RowBlock rows, float[] out, int offset, int stride) {
        throw new EncoderException(name() + " is watched together with the other encoders of its plan");
    }

    @Override
    public void full(RowBlock rows, BitSet chosen, SparseRows out) {
        if (whole == null) {
            throw new EncoderException(name() + " was opened without its full graph; ask for it in the spec");
        }
        whole.full(rows, chosen, out);
    }

    @Override
    public String fingerprint() {
        return whole == null ? super.fingerprint() : super.fingerprint() + ", full " + whole.fingerprint();
    }

    /** Nothing of its own: what it shares is closed by {@link OnnxPlanEncoders}. */
    @Override
    public void close() {}
}
