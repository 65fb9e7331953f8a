package io.seismo.encoder;

import io.seismo.weights.Activation;
import io.seismo.weights.EncoderWeights;
import io.seismo.wire.Dtype;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;

/**
 * The control: one multiplication after the other, in double precision, sharing no arithmetic with the fast encoder.
 *
 * <p>Slow on purpose. It decodes bf16 and f16 itself, sums in index order, compares in double and rounds once, when a
 * value is handed out.
 */
public final class NaiveEncoder implements Encoder {

    private final EncoderWeights weights;
    private final int[] watched;

    /**
     * @param weights canonical form
     * @param watched features of the watch columns, ascending
     */
    public NaiveEncoder(EncoderWeights weights, int... watched) {
        this.weights = weights;
        this.watched = watched.clone();
        for (int i = 0; i < watched.length; i++) {
            if (watched[i] < 0 || watched[i] >= weights.width() || (i > 0 && watched[i] <= watched[i - 1])) {
                throw new EncoderException("watched features must ascend within 0.." + (weights.width() - 1));
            }
        }
    }

    @Override
    public int dIn() {
        return weights.dIn();
    }

    @Override
    public int width() {
        return weights.width();
    }

    @Override
    public int watchColumns() {
        return watched.length;
    }

    @Override
    public void watch(RowBlock rows, float[] out, int offset, int stride) {
        for (int r = 0; r < rows.rows(); r++) {
            double[] features = encode(rows, r);
            for (int c = 0; c < watched.length; c++) {
                out[offset + r * stride + c] = (float) features[watched[c]];
            }
        }
    }

    @Override
    public void full(RowBlock rows, BitSet chosen, SparseRows out) {
        out.clear();
        for (int r = 0; r < rows.rows(); r++) {
            double[] features = chosen.get(r) ? encode(rows, r) : new double[0];
            for (int f = 0; f < features.length; f++) {
                if (features[f] > 0) {
                    out.add(f, (float) features[f]);
                }
            }
            out.endRow();
        }
    }

    /** All feature activations of one row, in double precision. */
    public double[] encode(RowBlock rows, int row) {
        return activate(preActivations(rows, row));
    }

    /** All pre-activations of one row, in double precision. */
    public double[] preActivations(RowBlock rows, int row) {
        double[] u = input(rows, row);
        double[] pre = new double[weights.width()];
        for (int f = 0; f < pre.length; f++) {
            double sum = 0;
            for (int i = 0; i < u.length; i++) {
                sum += u[i] * weights.matrix().get(i, f);
            }
            pre[f] = sum + weights.bias()[f];
        }
        return pre;
    }

    /** What the matrix is multiplied with: one row, widened and normalised. */
    public double[] input(RowBlock rows, int row) {
        if (rows.dIn() != dIn()) {
            throw new EncoderException("rows of width " + rows.dIn() + " for an encoder of d_in " + dIn());
        }
        return normalise(decode(rows, row));
    }

    /** What feature {@code f} gives for pre-activations of a whole row. */
    public double value(double[] pre, int f) {
        return fires(pre, f) ? pre[f] : 0;
    }

    private double[] activate(double[] pre) {
        double[] features = new double[pre.length];
        for (int f = 0; f < pre.length; f++) {
            features[f] = value(pre, f);
        }
        return features;
    }

    private boolean fires(double[] pre, int f) {
        Activation activation = weights.activation();
        if (activation instanceof Activation.Linear) {
            return true;
        }
        if (activation instanceof Activation.JumpRelu jump) {
            return pre[f] > jump.theta()[f] && pre[f] > 0;
        }
        if (activation instanceof Activation.TopK top) {
            return pre[f] > 0 && rank(pre, f) < top.k();
        }
        if (activation instanceof Activation.GroupMax max) {
            int size = pre.length / max.groups();
            double[] group = Arrays.copyOfRange(pre, f / size * size, f / size * size + size);
            return pre[f] > 0 && rank(group, f % size) == 0;
        }
        return pre[f] > 0;
    }

    /** How many come before this one: larger values, and equal ones of a lower index. */
    private static int rank(double[] pre, int f) {
        int before = 0;
        for (int g = 0; g < pre.length; g++) {
            if (pre[g] > pre[f] || (pre[g] == pre[f] && g < f)) {
                before++;
            }
        }
        return before;
    }

    private double[] normalise(double[] x) {
        return switch (weights.norm()) {
            case NONE -> x;
            case CENTRE -> affine(x, mean(x), 1);
            case LAYER_NORM -> affine(x, mean(x), 1 / (deviation(x) + 1e-5));
            case CONSTANT_NORM -> affine(x, 0, norm(x) == 0 ? 0 : Math.sqrt(x.length) / norm(x));
        };
    }

    private static double[] affine(double[] x, double shift, double factor) {
        double[] out = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            out[i] = (x[i] - shift) * factor;
        }
        return out;
    }

    private static double mean(double[] x) {
        double sum = 0;
        for (double value : x) {
            sum += value;
        }
        return sum / x.length;
    }

    private static double deviation(double[] x) {
        double mean = mean(x);
        double sum = 0;
        for (double value : x) {
            sum += (value - mean) * (value - mean);
        }
        return Math.sqrt(sum / (x.length - 1));
    }

    /** Euclidean length. */
    public static double norm(double[] x) {
        double sum = 0;
        for (double value : x) {
            sum += value * value;
        }
        return Math.sqrt(sum);
    }

    /** One row as captured, widened. */
    public static double[] decode(RowBlock rows, int row) {
        double[] x = new double[rows.dIn()];
        decode(rows, row, x);
        return x;
    }

    /** The same into an array of dIn values. */
    public static void decode(RowBlock rows, int row, double[] x) {
        ByteBuffer data = rows.data();
        int size = RowBlock.bytesPerElement(rows.dtype());
        int start = data.position() + row * x.length * size;
        for (int i = 0; i < x.length; i++) {
            x[i] = element(data, start + i * size, rows.dtype());
        }
    }

    private static double element(ByteBuffer data, int at, Dtype dtype) {
        return switch (dtype) {
            case DTYPE_F32 -> data.getFloat(at);
            case DTYPE_BF16 -> Float.intBitsToFloat((data.getShort(at) & 0xffff) << 16);
            case DTYPE_F16 -> binary16(data.getShort(at) & 0xffff);
            case DTYPE_UNSPECIFIED, UNRECOGNIZED -> throw new EncoderException("no dtype given");
        };
    }

    /** Sign, five bits of exponent, ten of fraction: IEEE 754-2008, 3.4. */
    private static double binary16(int bits) {
        double sign = bits < 0x8000 ? 1 : -1;
        int exponent = bits >> 10 & 31;
        int fraction = bits & 1023;
        if (exponent == 31) {
            return fraction == 0 ? sign * Double.POSITIVE_INFINITY : Double.NaN;
        }
        return exponent == 0
                ? sign * Math.scalb((double) fraction, -24)
                : sign * Math.scalb(1024.0 + fraction, exponent - 25);
    }

    @Override
    public String fingerprint() {
        return "naive double sha256:" + weights.manifest().sourceSha256();
    }

    @Override
    public String weights() {
        return weights.manifest().digest();
    }

    @Override
    public void close() {}
}
