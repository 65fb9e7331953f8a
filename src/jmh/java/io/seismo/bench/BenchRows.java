package io.seismo.bench;

import io.seismo.encoder.RowBlock;
import io.seismo.wire.Dtype;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;

/** Gaussian rows in bf16. */
final class BenchRows {

    private BenchRows() {}

    /** Row-major bytes of {@code rows} rows of width {@code dIn}; the same for the same seed. */
    static byte[] bytes(int rows, int dIn, long seed) {
        Random random = new Random(seed);
        ByteBuffer data = ByteBuffer.allocate(rows * dIn * Short.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        while (data.hasRemaining()) {
            data.putShort((short) (Float.floatToRawIntBits((float) random.nextGaussian()) >>> 16));
        }
        return data.array();
    }

    /** Bytes as a block. */
    static RowBlock block(byte[] bytes, int rows, int dIn) {
        return new RowBlock(ByteBuffer.wrap(bytes), Dtype.DTYPE_BF16, rows, dIn);
    }
}
