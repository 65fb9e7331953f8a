package io.seismo.encoder;

import io.seismo.weights.file.Halves;
import io.seismo.wire.Dtype;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;

/** Rows of activations for tests, in any dtype, with the values they hold after rounding. */
public record Rows(RowBlock block, float[][] values) {

    /** Gaussian rows with a few heavy columns, as residual streams have. */
    public static Rows random(Dtype dtype, int rows, int dIn, long seed) {
        Random random = new Random(seed);
        float[][] values = new float[rows][dIn];
        for (float[] row : values) {
            for (int i = 0; i < dIn; i++) {
                row[i] = (float) (random.nextGaussian() * (i % 97 == 5 ? 8 : 1));
            }
        }
        return of(dtype, values);
    }

    /** The given rows, rounded to the dtype. */
    public static Rows of(Dtype dtype, float[]... rows) {
        int dIn = rows[0].length;
        ByteBuffer bytes = ByteBuffer.allocate(rows.length * dIn * RowBlock.bytesPerElement(dtype))
                .order(ByteOrder.LITTLE_ENDIAN);
        float[][] values = new float[rows.length][dIn];
        for (int r = 0; r < rows.length; r++) {
            for (int i = 0; i < dIn; i++) {
                values[r][i] = put(bytes, dtype, rows[r][i]);
            }
        }
        return new Rows(new RowBlock(bytes.flip(), dtype, rows.length, dIn), values);
    }

    private static float put(ByteBuffer bytes, Dtype dtype, float value) {
        switch (dtype) {
            case DTYPE_F32 -> {
                bytes.putFloat(value);
                return value;
            }
            case DTYPE_BF16 -> {
                short half = Halves.toBf16(value);
                bytes.putShort(half);
                return Float.intBitsToFloat(half << 16);
            }
            case DTYPE_F16 -> {
                short half = Halves.toF16(value);
                bytes.putShort(half);
                int exponent = half >> 10 & 31;
                double magnitude = exponent == 0
                        ? Math.scalb((double) (half & 1023), -24)
                        : Math.scalb(1024.0 + (half & 1023), exponent - 25);
                return (float) (half < 0 ? -magnitude : magnitude);
            }
            default -> throw new IllegalArgumentException("no dtype given");
        }
    }

    /** Rows {@code from} to {@code to} as a block of their own, over the same bytes. */
    public RowBlock slice(int from, int to) {
        ByteBuffer data = block.data().duplicate();
        int rowBytes = block.dIn() * RowBlock.bytesPerElement(block.dtype());
        data.position(from * rowBytes).limit(to * rowBytes);
        return new RowBlock(data, block.dtype(), to - from, block.dIn());
    }
}
