package io.seismo.encoder.onnx;

import io.seismo.encoder.SparseRows;
import io.seismo.weights.Activation;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Arrays;

/**
 * The activation function, applied to pre-activations of one row in Java.
 *
 * <p>Reduced to one question a feature: is {@code pre} strictly above its limit? The limit is {@code max(theta, 0)} for
 * jumprelu, 0 for relu, and for top-k the k-th largest positive value of the row, of which as many are kept, from the
 * lowest index on, as there is room for. The largest of groups is {@link GroupScan}'s. Holds scratch memory; one thread at a time.
 */
final class SparseScan {

    private final Activation activation;
    private final float[] limits;
    private final float[] largest;
    private final int[] words;

    /**
     * @param activation act
     * @param limits from {@link #limits}; shared, not written
     */
    SparseScan(Activation activation, float[] limits) {
        this.activation = activation;
        this.limits = limits;
        this.largest = new float[activation instanceof Activation.TopK top ? top.k() : 0];
        this.words = new int[limits.length / Long.BYTES + 1];
    }

    /** One limit per feature; for top-k these are not used. */
    static float[] limits(Activation activation, int width) {
        float[] limits = new float[width];
        if (activation instanceof Activation.JumpRelu jump) {
            for (int f = 0; f < width; f++) {
                limits[f] = Math.max(jump.theta()[f], 0f);
            }
        }
        return limits;
    }

    /**
     * Adds the features of one row that the graph marked as above their limits, ascending, and ends the row.
     *
     * <p>Two passes, because what fires is spread too thinly for branches to be foreseen: the first notes which eight
     * features hold a mark at all and takes no branch, the second visits those.
     *
     * @param fired a byte for each feature of each row, 1 where marked, little-endian
     * @param results pre-activations in the same order
     * @param row which one
     */
    void marked(ByteBuffer fired, FloatBuffer results, int row, SparseRows out) {
        int width = limits.length;
        int start = row * width;
        int whole = width / Long.BYTES;
        int[] found = words;
        int count = 0;
        for (int word = 0; word < whole; word++) {
            long marks = fired.getLong(start + word * Long.BYTES);
            found[count] = word * Long.BYTES;
            count += (int) ((marks | -marks) >>> 63);
        }
        for (int i = 0; i < count; i++) {
            int first = found[i];
            for (long marks = fired.getLong(start + first); marks != 0; marks &= marks - 1) {
                int feature = first + Long.numberOfTrailingZeros(marks) / Byte.SIZE;
                out.add(feature, results.get(start + feature));
            }
        }
        for (int feature = whole * Long.BYTES; feature < width; feature++) {
            if (fired.get(start + feature) != 0) {
                out.add(feature, results.get(start + feature));
            }
        }
        out.endRow();
    }

    /** The same from pre-activations alone: for top-k, and the control of the marks. */
    void sparse(float[] pre, SparseRows out) {
        if (activation instanceof Activation.TopK) {
            float limit = kthLargest(pre);
            int ties = tiesKept(pre, limit);
            for (int f = 0; f < pre.length; f++) {
                if (pre[f] > limit || (pre[f] == limit && ties-- > 0)) {
                    out.add(f, pre[f]);
                }
            }
        } else if (activation instanceof Activation.GroupMax max) {
            GroupScan.sparse(pre, max.groups(), out);
        } else {
            float[] above = limits;
            for (int f = 0; f < pre.length; f++) {
                if (pre[f] > above[f]) {
                    out.add(f, pre[f]);
                }
            }
        }
        out.endRow();
    }

    /**
     * Values of a few features of one row.
     *
     * @param pre all features of the row
     * @param watched which ones, ascending
     * @param out receives them from {@code at} on
     */
    void pick(float[] pre, int[] watched, float[] out, int at) {
        if (activation instanceof Activation.GroupMax max) {
            GroupScan.pick(pre, max.groups(), watched, out, at);
            return;
        }
        if (!(activation instanceof Activation.TopK)) {
            for (int c = 0; c < watched.length; c++) {
                out[at + c] = single(watched[c], pre[watched[c]]);
            }
            return;
        }
        float limit = kthLargest(pre);
        int ties = tiesKept(pre, limit);
        int next = 0;
        for (int c = 0; c < watched.length; c++) {
            float value = pre[watched[c]];
            if (value == limit) {
                for (; next < watched[c]; next++) {
                    ties -= pre[next] == limit ? 1 : 0;
                }
            }
            out[at + c] = value > limit || (value == limit && ties > 0) ? value : 0;
        }
    }

    /** What feature {@code f} gives for a pre-activation; not for top-k and groups, which need the whole row. */
    float single(int f, float pre) {
        return activation instanceof Activation.Linear || pre > limits[f] ? pre : 0;
    }

    /** The k-th largest positive value; 0 when fewer than k are positive. */
    private float kthLargest(float[] pre) {
        Arrays.fill(largest, 0f);
        for (float value : pre) {
            if (value > largest[0]) {
                replaceSmallest(value);
            }
        }
        return largest[0];
    }

    /** How many of the values equal to the limit are among the k; none when the limit is 0. */
    private int tiesKept(float[] pre, float limit) {
        if (limit == 0) {
            return 0;
        }
        int above = 0;
        for (float value : pre) {
            if (value > limit) {
                above++;
            }
        }
        return largest.length - above;
    }

    /** Puts a value at the root of the min-heap and lets it sink. */
    private void replaceSmallest(float value) {
        int at = 0;
        for (int child = 1; child < largest.length; child = 2 * at + 1) {
            if (child + 1 < largest.length && largest[child + 1] < largest[child]) {
                child++;
            }
            if (largest[child] >= value) {
                break;
            }
            largest[at] = largest[child];
            at = child;
        }
        largest[at] = value;
    }
}
