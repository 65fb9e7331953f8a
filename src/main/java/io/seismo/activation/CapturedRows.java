package io.seismo.activation;

import com.google.protobuf.ByteString;
import io.seismo.encoder.RowBlock;
import io.seismo.weights.recorded.RowDistance;
import io.seismo.wire.Dtype;
import io.seismo.wire.Segment;
import io.seismo.wire.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Rows of one segment at one hook point, widened to float; padding is in none of its comparisons.
 *
 * @param values rows, one after the other; not to be written to
 * @param rows how many
 * @param width of a row
 * @param padding what the producer says of each row; empty for all ordinary
 */
@SuppressWarnings("ArrayRecordComponent")
record CapturedRows(float[] values, int rows, int width, ByteString padding) {

    /**
     * Rows of a tensor whose data is as long as its shape says.
     *
     * @param first row of the segment within the tensor
     * @param dtype that its bits are read as
     * @param swapped whether the bytes of each element are in the other order
     */
    static CapturedRows of(Tensor tensor, Segment segment, int first, Dtype dtype, boolean swapped) {
        int width = tensor.getShape(1);
        int bytes = RowBlock.bytesPerElement(dtype);
        ByteBuffer data = TensorBytes.of(tensor.getData())
                .slice()
                .order(swapped ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
        float[] values = new float[segment.getRows() * width];
        int at = first * width * bytes;
        for (int i = 0; i < values.length; i++, at += bytes) {
            values[i] = Dtypes.element(data, at, dtype);
        }
        return new CapturedRows(values, segment.getRows(), width, segment.getRowKinds());
    }

    boolean counts(int row) {
        return padding.isEmpty() || padding.byteAt(row) != RowKinds.PADDING;
    }

    /** Rows that are compared at all. */
    int counted() {
        int counted = 0;
        for (int row = 0; row < rows; row++) {
            counted += counts(row) ? 1 : 0;
        }
        return counted;
    }

    /**
     * How many rows were compared, when each lies within the tolerance of row {@code from + i} of others; −1 when one does
     * not. Rows beyond the others' ends are not compared.
     */
    int matching(float[] others, int from, double tolerance) {
        int compared = 0;
        int count = others.length / width;
        for (int row = 0; row < rows; row++) {
            int other = from + row;
            if (counts(row) && other >= 0 && other < count) {
                if (!RowDistance.within(values, row * width, others, other * width, width, tolerance)) {
                    return -1;
                }
                compared++;
            }
        }
        return compared;
    }

    /** Whether every row that counts lies within the tolerance of its counterpart. */
    boolean all(float[] others, int from, double tolerance) {
        return matching(others, from, tolerance) == counted();
    }
}
