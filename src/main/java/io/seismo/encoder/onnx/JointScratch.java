package io.seismo.encoder.onnx;

import io.seismo.encoder.EncoderException;
import io.seismo.encoder.Head;
import io.seismo.encoder.SparseRows;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Working memory of one call; grows, and is lent to one thread at a time. */
final class JointScratch {

    private final float[][] values;
    private final @Nullable Head[] heads;

    JointScratch(int blocks, List<JointPart> parts) {
        this.values = new float[blocks][0];
        this.heads = new Head[parts.size()];
        for (int p = 0; p < heads.length; p++) {
            heads[p] = parts.get(p) instanceof JointPart.Headed headed
                    ? headed.heads().get()
                    : null;
        }
    }

    /** The values of a block, with room for that many. */
    float[] values(int block, int size) {
        if (values[block].length < size) {
            values[block] = new float[size];
        }
        return values[block];
    }

    float[] values(int block) {
        return values[block];
    }

    Head head(int part) {
        Head head = heads[part];
        if (head == null) {
            throw new IllegalStateException("part " + part + " has no head");
        }
        return head;
    }

    /** Outputs that a probe gave elsewhere, all of them for each row. */
    void copy(SparseRows given, JointPart part, int count, int stride, float[] out) {
        List<Integer> watched = part instanceof JointPart.Headed headed
                ? headed.watched()
                : part instanceof JointPart.Model model ? model.watched() : ((JointPart.Values) part).outputs();
        for (int r = 0; r < count; r++) {
            for (int c = 0; c < watched.size(); c++) {
                int at = given.start(r) + watched.get(c);
                if (at >= given.end(r) || given.feature(at) != watched.get(c)) {
                    throw new EncoderException("outputs of " + part.encoder() + " are missing");
                }
                out[r * stride + part.column() + c] = given.value(at);
            }
        }
    }
}
