package io.seismo.app.doctor.capture;

import io.seismo.encoder.Encoder;
import io.seismo.encoder.NaiveEncoder;
import io.seismo.encoder.RowBlock;
import io.seismo.encoder.SparseRows;
import io.seismo.encoder.check.Explained;
import io.seismo.weights.Decoder;
import io.seismo.weights.EncoderWeights;
import io.seismo.wire.Dtype;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.BitSet;

/** Measures a {@link Fit}: encodes sampled rows as they are, times powers of two, and with their bits read otherwise. */
final class FitMeasure {

    private static final int LARGEST_POWER = 7;
    private static final double ABOUT = 0.1;
    private static final double ALIKE = 1.5;

    private final EncoderWeights weights;
    private final Decoder decoder;
    private final Encoder encoder;

    /** @param encoder of the weights, with its full graph, for rows in f32 */
    FitMeasure(EncoderWeights weights, Decoder decoder, Encoder encoder) {
        this.weights = weights;
        this.decoder = decoder;
        this.encoder = encoder;
    }

    /** What one reading of the rows gives. */
    private record Measured(double fvu, double l0, double length) {}

    /**
     * Of some rows.
     *
     * @param name of the encoder in the spec
     * @param trainedL0 0 when not known
     */
    Fit of(String name, RowBlock rows, double trainedL0) {
        double[][] x = widened(rows, rows.dtype());
        Measured[] scaled = new Measured[2 * LARGEST_POWER + 1];
        for (int power = -LARGEST_POWER; power <= LARGEST_POWER; power++) {
            scaled[LARGEST_POWER + power] = measure(x, Math.scalb(1.0, power));
        }
        Measured asIs = scaled[LARGEST_POWER];
        int best = best(scaled);
        Dtype other = rows.dtype() == Dtype.DTYPE_BF16 ? Dtype.DTYPE_F16 : Dtype.DTYPE_BF16;
        double otherFvu = rows.dtype() == Dtype.DTYPE_F32
                ? Double.NaN
                : measure(widened(rows, other), 1).fvu();
        return new Fit(
                name,
                rows.rows(),
                asIs.fvu(),
                asIs.l0(),
                trainedL0,
                Math.scalb(1.0, best),
                scaled[LARGEST_POWER + best].fvu(),
                sparse(scaled, trainedL0),
                otherFvu,
                asIs.length());
    }

    /** The power nearest to 0 that does about as well as any: rows far above thresholds are explained at every length. */
    private static int best(Measured[] scaled) {
        double least = Double.POSITIVE_INFINITY;
        for (Measured one : scaled) {
            least = one.fvu() < least ? one.fvu() : least;
        }
        int best = 0;
        for (int away = 0; away <= LARGEST_POWER; away++) {
            Measured more = scaled[LARGEST_POWER + away];
            Measured less = scaled[LARGEST_POWER - away];
            if (more.fvu() <= least + ABOUT || less.fvu() <= least + ABOUT) {
                best = less.fvu() < more.fvu() ? -away : away;
                break;
            }
        }
        return best;
    }

    /** The factor nearest to 1 with which as many features fire as in training, and no less is explained; 0 for none. */
    private static double sparse(Measured[] scaled, double trainedL0) {
        double limit = scaled[LARGEST_POWER].fvu() + ABOUT;
        for (int power = 0; power >= -LARGEST_POWER && trainedL0 > 0; power--) {
            Measured one = scaled[LARGEST_POWER + power];
            if (one.fvu() <= limit && one.l0() < ALIKE * trainedL0 && trainedL0 < ALIKE * one.l0()) {
                return Math.scalb(1.0, power);
            }
        }
        return 0;
    }

    private static double[][] widened(RowBlock rows, Dtype dtype) {
        RowBlock read = new RowBlock(rows.data(), dtype, rows.rows(), rows.dIn());
        double[][] x = new double[rows.rows()][];
        for (int row = 0; row < x.length; row++) {
            x[row] = NaiveEncoder.decode(read, row);
        }
        return x;
    }

    private Measured measure(double[][] x, double scale) {
        ByteBuffer bits = ByteBuffer.allocateDirect(x.length * weights.dIn() * Float.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN);
        for (double[] row : x) {
            for (double value : row) {
                float scaled = (float) (value * scale);
                if (!Float.isFinite(scaled)) {
                    return new Measured(Double.NaN, 0, Double.NaN);
                }
                bits.putFloat(scaled);
            }
        }
        RowBlock rows = new RowBlock(bits.flip(), Dtype.DTYPE_F32, x.length, weights.dIn());
        BitSet all = new BitSet();
        all.set(0, x.length);
        SparseRows fired = new SparseRows();
        encoder.full(rows, all, fired);
        Explained explained = new Explained(decoder, weights.norm());
        long firings = 0;
        double[] lengths = new double[x.length];
        for (int row = 0; row < x.length; row++) {
            explained.add(NaiveEncoder.decode(rows, row), fired, row);
            firings += fired.end(row) - fired.start(row);
            lengths[row] = length(fired, row) / NaiveEncoder.norm(NaiveEncoder.decode(rows, row));
        }
        Arrays.sort(lengths);
        return new Measured(explained.fvu(), (double) firings / x.length, lengths[x.length / 2]);
    }

    /** Of what the decoder gives back, before a norm is undone. */
    private double length(SparseRows fired, int row) {
        double[] output = decoder.bias().clone();
        float[] direction = new float[output.length];
        for (int k = fired.start(row); k < fired.end(row); k++) {
            decoder.rows().row(fired.feature(k), direction);
            double amount = fired.value(k) * decoder.scale()[fired.feature(k)];
            for (int i = 0; i < output.length; i++) {
                output[i] += amount * direction[i];
            }
        }
        return NaiveEncoder.norm(output);
    }
}
