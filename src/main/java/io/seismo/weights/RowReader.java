package io.seismo.weights;

import java.nio.ByteBuffer;

/** Reads a tensor row by row, widened to double; holds one mapped window of whole rows at a time. */
final class RowReader {

    private static final int WINDOW = 1 << 26;

    private final Tensor tensor;
    private final int width;
    private final int rowBytes;
    private final int rowsPerWindow;
    private long windowStart = -1;
    private ByteBuffer window = ByteBuffer.allocate(0);

    /**
     * @param tensor what to read
     * @param width elements of a row, at least 1
     */
    RowReader(Tensor tensor, int width) {
        this.tensor = tensor;
        this.width = width;
        this.rowBytes = Math.multiplyExact(width, tensor.type().bytes());
        this.rowsPerWindow = Math.max(1, WINDOW / rowBytes);
    }

    /** Copies row {@code row} into the first elements of {@code out}. */
    void read(long row, double[] out) {
        long start = row - row % rowsPerWindow;
        if (start != windowStart) {
            long left = tensor.elements() / width - start;
            window = tensor.source()
                    .slice(tensor.offset() + start * rowBytes, (int) Math.min(left, rowsPerWindow) * rowBytes);
            windowStart = start;
        }
        int at = (int) (row - start) * rowBytes;
        for (int i = 0; i < width; i++) {
            out[i] = tensor.type().read(window, at + i * tensor.type().bytes());
        }
    }
}
