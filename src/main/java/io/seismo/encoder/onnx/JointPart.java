package io.seismo.encoder.onnx;

import io.seismo.encoder.Head;
import io.seismo.encoder.RowBlock;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** One encoder's share of a joint watch: from the values of blocks to its watched columns. */
sealed interface JointPart {

    /** Name of the encoder. */
    String encoder();

    /** Its first watched column. */
    int column();

    /**
     * Where a value lies.
     *
     * @param block which one
     * @param offset within a row of it
     */
    record Slot(int block, int offset) {}

    /**
     * A value for each column, or a sum of one value from each of several taps.
     *
     * @param terms for each watched column its terms, in order of the taps
     * @param outputs which features or outputs these are
     */
    record Values(String encoder, int column, List<List<Slot>> terms, List<Integer> outputs) implements JointPart {}

    /**
     * A head on values.
     *
     * @param terms for each input its terms
     * @param heads makes one; each call has its own
     * @param outputs of the head
     * @param watched which of them are watched
     */
    record Headed(
            String encoder,
            int column,
            List<List<Slot>> terms,
            Supplier<Head> heads,
            int outputs,
            List<Integer> watched)
            implements JointPart {}

    /**
     * A user's model.
     *
     * @param taps whose rows it reads side by side; none when it reads values
     * @param terms for each input, when it reads values
     * @param watched which of its outputs are watched
     */
    record Model(
            String encoder,
            int column,
            OrtModel model,
            List<String> taps,
            List<List<Slot>> terms,
            List<Integer> watched)
            implements JointPart {

        /** Rows of the taps side by side in fp32. */
        void gather(Map<String, RowBlock> rows, int row, float[] out, int at) {
            int next = at;
            for (String tap : taps) {
                RowBlock block = rows.get(tap);
                if (block == null) {
                    throw new IllegalStateException("no rows of tap " + tap);
                }
                RowNorm.widen(block, row, out, next);
                next += block.dIn();
            }
        }
    }
}
