package io.seismo.weights.family;

import io.seismo.weights.TensorType;
import io.seismo.weights.file.Halves;
import java.util.Random;
import java.util.stream.IntStream;

/** Seeded numbers, rounded to what a file of some type can hold, and the linear algebra of oracles. */
public final class Draw {

    private final Random random;
    private final TensorType type;

    public Draw(TensorType type, long seed) {
        this.random = new Random(seed);
        this.type = type;
    }

    TensorType type() {
        return type;
    }

    /** Gaussian values. */
    public float[] normal(int count, double mean, double deviation) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = rounded((float) (mean + deviation * random.nextGaussian()));
        }
        return values;
    }

    float rounded(float value) {
        return switch (type) {
            case F16 -> TensorType.half(Halves.toF16(value));
            case BF16 -> Float.intBitsToFloat(Halves.toBf16(value) << 16);
            case F32, F64 -> value;
            case I64, I32 -> throw new IllegalArgumentException("no SAE is made of integers");
        };
    }

    /** {@code u @ w}, w row-major [u.length, columns], in double and index order. */
    public static double[] times(double[] u, float[] w) {
        int columns = w.length / u.length;
        double[] out = new double[columns];
        for (int i = 0; i < u.length; i++) {
            for (int j = 0; j < columns; j++) {
                out[j] += u[i] * w[i * columns + j];
            }
        }
        return out;
    }

    /** Row-major [rows, columns] as row-major [columns, rows]. */
    static float[] transposed(float[] w, int rows, int columns) {
        float[] out = new float[w.length];
        for (int r = 0; r < rows; r++) {
            for (int c = 0; c < columns; c++) {
                out[c * rows + r] = w[r * columns + c];
            }
        }
        return out;
    }

    static double[] minus(double[] a, float[] b) {
        return IntStream.range(0, a.length).mapToDouble(i -> a[i] - b[i]).toArray();
    }

    static double[] plus(double[] a, float[] b) {
        return IntStream.range(0, a.length).mapToDouble(i -> a[i] + b[i]).toArray();
    }

    static double[] scaled(double[] a, double factor) {
        return IntStream.range(0, a.length).mapToDouble(i -> a[i] * factor).toArray();
    }

    static double[] each(double[] a, double[] factors) {
        return IntStream.range(0, a.length).mapToDouble(i -> a[i] * factors[i]).toArray();
    }

    /** Norms of the rows of a row-major [rows, columns]. */
    static double[] rowNorms(float[] w, int rows) {
        int columns = w.length / rows;
        double[] norms = new double[rows];
        for (int r = 0; r < rows; r++) {
            double sum = 0;
            for (int c = 0; c < columns; c++) {
                sum += (double) w[r * columns + c] * w[r * columns + c];
            }
            norms[r] = Math.sqrt(sum);
        }
        return norms;
    }
}
