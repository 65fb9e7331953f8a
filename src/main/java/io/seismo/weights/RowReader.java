package io.seismo.weights;

import java.nio.ByteBuffer;

/**
 * Reads a tensor row by row, widened to double, whatever its strides; holds one mapped window of whole rows at a time.
 *
 * <p>Rows whose own elements lie far apart are read too, but cost a window each: ask for the transposed tensor instead.
 */
public final class RowReader {

    private static final int WINDOW = 1 << 26;

    private final Tensor tensor;
    private final int width;
    private final long rowStride;
    private final long step;
    private final long extent;
    private final int rowsPerWindow;
    private long windowStart = -1;
    private ByteBuffer window = ByteBuffer.allocate(0);

    /**
     * @param tensor of one dimension, or a matrix
     * @param width elements of a row, at least 1
     */
    RowReader(Tensor tensor, int width) {
        int rank = tensor.shape().size();
        int size = tensor.type().bytes();
        this.tensor = tensor;
        this.width = width;
        this.step = rank == 0 ? size : Math.multiplyExact(tensor.strides().get(rank - 1), (long) size);
        this.rowStride = rank == 2 ? Math.multiplyExact(tensor.strides().get(0), (long) size) : width * step;
        this.extent = Math.addExact(Math.multiplyExact(width - 1L, step), (long) size);
        if (extent > Integer.MAX_VALUE) {
            throw new WeightsException(
                    tensor + " has strides " + tensor.strides() + " that spread a row over " + extent + " bytes",
                    "save a contiguous copy of it");
        }
        this.rowsPerWindow = (int) Math.max(1, rowStride == 0 ? 1 : (WINDOW - extent) / rowStride);
    }

    /** Copies row {@code row} into the first elements of {@code out}. */
    public void read(long row, double[] out) {
        long start = row - row % rowsPerWindow;
        if (start != windowStart) {
            long count = Math.min(tensor.elements() / width - start, rowsPerWindow);
            window = tensor.source()
                    .slice(tensor.offset() + start * rowStride, (int) ((count - 1) * rowStride + extent));
            windowStart = start;
        }
        int at = (int) ((row - start) * rowStride);
        int apart = (int) step;
        // A loop of its own for each of the common types, so that none is asked for its type an element at a time.
        switch (tensor.type()) {
            case F32 -> {
                for (int i = 0; i < width; i++) {
                    out[i] = window.getFloat(at + i * apart);
                }
            }
            case BF16 -> {
                for (int i = 0; i < width; i++) {
                    out[i] = Float.intBitsToFloat(window.getShort(at + i * apart) << 16);
                }
            }
            case F64, F16, I64, I32 -> {
                for (int i = 0; i < width; i++) {
                    out[i] = tensor.type().read(window, at + i * apart);
                }
            }
        }
    }
}
