package io.seismo.encoder.onnx;

import io.seismo.encoder.Encoder;
import io.seismo.encoder.EncoderException;
import io.seismo.encoder.JointWatch;
import io.seismo.encoder.RowBlock;
import io.seismo.encoder.SparseRows;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/** One encoder of a plan whose watched columns are computed together with those of the others. */
final class JointEncoder implements Encoder {

    private final Facts facts;
    private final JointWatch joint;
    private final @Nullable Encoder whole;

    /**
     * What does not change.
     *
     * @param name in the spec, for messages
     * @param dIn width of a row, of all its taps together
     * @param width d_sae, or outputs
     * @param watched number of watched columns
     * @param fingerprint of what makes the numbers of its watched columns
     * @param weights digest of weights and configuration
     */
    record Facts(String name, int dIn, int width, int watched, String fingerprint, String weights) {}

    /** @param whole for the full graph; absent when it was not asked for */
    JointEncoder(Facts facts, JointWatch joint, @Nullable Encoder whole) {
        this.facts = facts;
        this.joint = joint;
        this.whole = whole;
    }

    @Override
    public int dIn() {
        return facts.dIn;
    }

    @Override
    public int width() {
        return facts.width;
    }

    @Override
    public int watchColumns() {
        return facts.watched;
    }

    @Override
    public JointWatch joint() {
        return joint;
    }

    @Override
    public void watch(RowBlock rows, float[] out, int offset, int stride) {
        throw new EncoderException(facts.name + " is watched together with the other encoders of its plan");
    }

    @Override
    public void full(RowBlock rows, BitSet chosen, SparseRows out) {
        if (whole == null) {
            throw new EncoderException(facts.name + " was opened without its full graph; ask for it in the spec");
        }
        whole.full(rows, chosen, out);
    }

    @Override
    public String fingerprint() {
        return whole == null ? facts.fingerprint : facts.fingerprint + ", full " + whole.fingerprint();
    }

    @Override
    public String weights() {
        return facts.weights;
    }

    /** Nothing of its own: what it shares is closed by {@link OnnxPlanEncoders}. */
    @Override
    public void close() {}
}
