package io.seismo.weights.family;

import io.seismo.weights.Activation;
import io.seismo.weights.InputNorm;
import io.seismo.weights.Manifest;
import io.seismo.weights.MatrixSource;
import io.seismo.weights.RowReader;
import io.seismo.weights.Tensor;
import io.seismo.weights.WeightsException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The algebra from a family's tensors to W and c, in double precision, with a record of what was done.
 *
 * <p>Starts with W as in the file and c = 0. Each step keeps {@code pre = u·W + c} true for the family's own
 * pre-activation. W itself is read in passes along its file and is brought over only in the end, by whoever asks for it.
 */
final class Folding {

    /** What PyTorch's {@code allclose} grants by default. */
    private static final double CLOSE = 1e-5;

    private final Tensor encoder;
    private final MatrixSource original;
    private final double[] bias;
    private final double[] factors;
    private final List<String> done = new ArrayList<>();
    private String thresholds = "";
    private boolean scaled;
    private boolean checked;

    /**
     * @param encoder as [d_in, d_sae]
     */
    Folding(Tensor encoder) {
        this.encoder = encoder;
        this.original = MatrixSource.of(encoder);
        this.bias = new double[original.columns()];
        this.factors = new double[original.columns()];
        Arrays.fill(factors, 1);
    }

    /** Number of features. */
    int width() {
        return bias.length;
    }

    /** Width of a row. */
    int dIn() {
        return original.rows();
    }

    /** c += b. */
    Folding add(double[] b) {
        for (int j = 0; j < bias.length; j++) {
            bias[j] += b[j];
        }
        return this;
    }

    /** The input is {@code u − b}: c −= b·W. One pass over W, which also finds values that are not finite. */
    Folding subtract(double[] b, String name) {
        pass(b);
        done.add(name + " into the bias");
        return this;
    }

    /** The input is {@code s·u}: W *= s. */
    Folding scaleInput(double s) {
        scaled = true;
        for (int j = 0; j < factors.length; j++) {
            factors[j] *= s;
        }
        done.add("input factor " + s + " into W");
        return this;
    }

    /** Feature j is {@code n_j} times as large: column j of W and c_j. */
    Folding scaleFeatures(double[] n, String what) {
        scaled = true;
        for (int j = 0; j < factors.length; j++) {
            factors[j] *= n[j];
            bias[j] *= n[j];
        }
        done.add(what + " into W and the bias");
        return this;
    }

    /** Records something that matters to whoever reads the manifest. */
    Folding note(String what) {
        done.add(what);
        return this;
    }

    /** One threshold for each feature; {@code from} says in words where they come from. */
    Activation jumpRelu(double[] theta, String from) {
        thresholds = from;
        return new Activation.JumpRelu(floats(theta));
    }

    /** Euclidean norms of the rows of a decoder [d_sae, d_out]. */
    static double[] norms(Tensor decoder) {
        int features = Math.toIntExact(decoder.shape().get(0));
        int width = Math.toIntExact(decoder.shape().get(1));
        double[] sums = new double[features];
        boolean across = decoder.columnMajor();
        RowReader reader = (across ? decoder.transposed() : decoder).rows(across ? features : width);
        double[] row = new double[across ? features : width];
        for (int r = 0; r < (across ? width : features); r++) {
            reader.read(r, row);
            for (int i = 0; i < row.length; i++) {
                sums[across ? i : r] += row[i] * row[i];
            }
        }
        for (int j = 0; j < features; j++) {
            sums[j] = Math.sqrt(sums[j]);
        }
        return sums;
    }

    /** Whether all are 1 within what PyTorch calls close. */
    static boolean ones(double[] norms) {
        return Arrays.stream(norms).allMatch(norm -> Math.abs(norm - 1) <= CLOSE);
    }

    /** Puts everything together. */
    Conversion finish(Origin origin, Activation activation, InputNorm norm) {
        if (!checked) {
            pass(new double[original.rows()]);
        }
        MatrixSource matrix = scaled ? original.times(factors) : original;
        Manifest manifest =
                origin.manifest(matrix.rows(), matrix.columns(), encoder.type().name(), done);
        return new Conversion(origin, manifest, matrix, floats(bias), activation, thresholds, norm);
    }

    /** Each c_j is summed in the order of the rows, whichever way the file lies. */
    private void pass(double[] subtracted) {
        checked = true;
        original.visit(new MatrixSource.Visitor() {
            @Override
            public void row(int row, float[] values) {
                for (int j = 0; j < values.length; j++) {
                    bias[j] -= subtracted[row] * finite(values[j], row, j) * factors[j];
                }
            }

            @Override
            public void column(int column, float[] values) {
                for (int r = 0; r < values.length; r++) {
                    bias[column] -= subtracted[r] * finite(values[r], r, column) * factors[column];
                }
            }
        });
    }

    private float finite(float value, int row, int column) {
        if (!Float.isFinite(value)) {
            throw new WeightsException(
                    encoder + " holds " + value + " at [" + row + ", " + column + "], or exceeds fp32",
                    "export the weights again from a clean run");
        }
        return value;
    }

    private static float[] floats(double[] values) {
        float[] out = new float[values.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = (float) values[i];
            if (!Float.isFinite(out[i])) {
                throw new WeightsException(
                        "a bias or threshold of feature " + i + " exceeds fp32: " + values[i], "rescale the SAE");
            }
        }
        return out;
    }
}
