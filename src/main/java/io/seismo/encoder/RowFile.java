package io.seismo.encoder;

import io.seismo.weights.Tensor;
import io.seismo.weights.WeightsException;
import io.seismo.weights.file.ArrayFile;
import io.seismo.wire.Dtype;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Rows of activations in a file: f32 or f16 in npy and npz, also bf16 in safetensors.
 *
 * <p>The last dimension is a row; those before it are counted through, so [batch, position, d_in] is batch · position
 * rows. Mapped a window at a time, never read whole. Rows with values that are not finite are refused when they are
 * reached, as the pipeline refuses them. One thread at a time.
 */
public final class RowFile {

    private static final int WINDOW = 1 << 28;
    private static final int WIDEST = 1 << 24;

    private final Tensor tensor;
    private final Dtype dtype;
    private final int dIn;
    private final long rows;
    private long windowStart = -1;
    private long windowRows;
    private ByteBuffer window = ByteBuffer.allocate(0);

    private RowFile(Tensor tensor, Dtype dtype) {
        this.tensor = tensor;
        this.dtype = dtype;
        this.dIn = width(tensor);
        this.rows = tensor.elements() / dIn;
    }

    /**
     * Opens a file.
     *
     * @param name of the array; empty for the only one of at least two dimensions
     * @throws WeightsException when there is no such file or array, or it does not hold rows
     */
    public static RowFile open(Path path, String name) {
        ArrayFile file = ArrayFile.open(path);
        Tensor tensor = name.isEmpty() ? only(file) : file.require(name);
        Dtype dtype = switch (tensor.type()) {
            case F32 -> Dtype.DTYPE_F32;
            case F16 -> Dtype.DTYPE_F16;
            case BF16 -> Dtype.DTYPE_BF16;
            case F64, I64, I32 ->
                throw new WeightsException(
                        path + ": activations are " + tensor.type() + ", but a capture holds f32, f16 or bf16",
                        "save x.astype(numpy.float32)");
        };
        return new RowFile(tensor, dtype);
    }

    private static Tensor only(ArrayFile file) {
        List<Tensor> found = new ArrayList<>();
        for (String name : file.names()) {
            Tensor tensor = file.require(name);
            if (tensor.shape().size() >= 2) {
                found.add(tensor);
            }
        }
        if (found.size() != 1) {
            throw new WeightsException(
                    file.path() + " holds " + found.size() + " arrays of two dimensions or more, of "
                            + file.names().size() + " in all",
                    found.isEmpty() ? "give rows as [rows, d_in]" : "choose one with --tensor");
        }
        return found.get(0);
    }

    private static int width(Tensor tensor) {
        List<Long> shape = tensor.shape();
        if (shape.size() < 2) {
            throw new WeightsException(tensor + " should have two dimensions or more", "give rows as [rows, d_in]");
        }
        long width = shape.get(shape.size() - 1);
        if (width < 1 || width > WIDEST || tensor.elements() == 0) {
            throw new WeightsException(
                    tensor + " holds no rows of 1 to " + WIDEST + " values", "is it the right file?");
        }
        return (int) width;
    }

    /** Number of rows. */
    public long rows() {
        return rows;
    }

    /** Width of a row. */
    public int dIn() {
        return dIn;
    }

    /** Element type of the rows. */
    public Dtype dtype() {
        return dtype;
    }

    /** Rows that make a block of at most 512 rows and 16 MiB, at least one. */
    public int rowsPerBlock() {
        return Math.max(1, Math.min(512, (16 << 20) / rowBytes()));
    }

    /**
     * Some rows, over mapped bytes.
     *
     * @throws WeightsException when one of them holds a value that is not finite
     */
    public RowBlock block(long from, int count) {
        long last = from + count;
        if (from < windowStart || windowStart < 0 || last > windowStart + windowRows) {
            windowStart = from;
            windowRows = Math.min(rows - from, Math.max(count, WINDOW / rowBytes()));
            window = tensor.source().slice(tensor.offset() + from * rowBytes(), (int) windowRows * rowBytes());
        }
        int at = (int) (from - windowStart) * rowBytes();
        RowBlock block = new RowBlock(window.slice(at, count * rowBytes()), dtype, count, dIn);
        refuseNonFinite(block, from);
        return block;
    }

    private int rowBytes() {
        return dIn * RowBlock.bytesPerElement(dtype);
    }

    private void refuseNonFinite(RowBlock block, long from) {
        ByteBuffer data = block.data();
        boolean wide = dtype == Dtype.DTYPE_F32;
        int exponent = wide ? 0x7f80_0000 : dtype == Dtype.DTYPE_F16 ? 0x7c00 : 0x7f80;
        int size = RowBlock.bytesPerElement(dtype);
        for (int i = 0; i < block.rows() * dIn; i++) {
            int bits = wide ? data.getInt(i * size) : data.getShort(i * size);
            if ((bits & exponent) == exponent) {
                throw new WeightsException(
                        tensor + " holds a value that is not finite in row " + (from + i / dIn) + ", column " + i % dIn,
                        "leave such rows out; live they are refused as NON_FINITE");
            }
        }
    }
}
