package io.seismo.encoder.onnx;

import io.seismo.encoder.RowBlock;
import io.seismo.weights.InputNorm;
import io.seismo.wire.Dtype;
import java.nio.ByteBuffer;

/**
 * Widens one row to fp32 and normalises it, sums in double precision and index order.
 *
 * <p>In Java rather than in the graph: reductions there may change their order between versions, and these are a small
 * part of the work.
 */
final class RowNorm {

    private static final double EPSILON = 1e-5;

    private RowNorm() {}

    /** Reads {@code row.length} elements of {@code dtype} at byte {@code at}; writes the normalised row. */
    static void apply(InputNorm norm, ByteBuffer data, int at, Dtype dtype, float[] row) {
        read(data, at, dtype, row);
        double mean = norm == InputNorm.CENTRE || norm == InputNorm.LAYER_NORM ? mean(row) : 0;
        double squares = squares(row, mean);
        double factor = switch (norm) {
            case NONE, CENTRE -> 1;
            case LAYER_NORM -> 1 / (Math.sqrt(squares / (row.length - 1)) + EPSILON);
            case CONSTANT_NORM -> squares == 0 ? 0 : Math.sqrt(row.length / squares);
        };
        for (int i = 0; i < row.length; i++) {
            row[i] = (float) ((row[i] - mean) * factor);
        }
    }

    /** Copies a row in fp32; widening loses nothing. */
    static void widen(RowBlock rows, int row, float[] out, int at) {
        float[] values = new float[rows.dIn()];
        ByteBuffer data = rows.data();
        read(data, data.position() + row * rows.dIn() * RowBlock.bytesPerElement(rows.dtype()), rows.dtype(), values);
        System.arraycopy(values, 0, out, at, values.length);
    }

    private static void read(ByteBuffer data, int at, Dtype dtype, float[] row) {
        switch (dtype) {
            case DTYPE_F32 -> {
                for (int i = 0; i < row.length; i++) {
                    row[i] = data.getFloat(at + i * Float.BYTES);
                }
            }
            case DTYPE_BF16 -> {
                for (int i = 0; i < row.length; i++) {
                    row[i] = Float.intBitsToFloat(data.getShort(at + i * Short.BYTES) << 16);
                }
            }
            case DTYPE_F16 -> {
                for (int i = 0; i < row.length; i++) {
                    row[i] = half(data.getShort(at + i * Short.BYTES));
                }
            }
            case DTYPE_UNSPECIFIED, UNRECOGNIZED -> throw new IllegalArgumentException("no dtype given");
        }
    }

    private static float half(short bits) {
        int magnitude = bits & 0x7fff;
        // Shifting the exponent into place and multiplying mends subnormals; infinity and NaN are refused upstream.
        float value = Float.intBitsToFloat(magnitude << 13) * 0x1p112f;
        return bits < 0 ? -value : value;
    }

    private static double mean(float[] row) {
        double sum = 0;
        for (float value : row) {
            sum += value;
        }
        return sum / row.length;
    }

    private static double squares(float[] row, double mean) {
        double sum = 0;
        for (float value : row) {
            sum += (value - mean) * (value - mean);
        }
        return sum;
    }
}
