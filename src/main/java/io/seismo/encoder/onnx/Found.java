package io.seismo.encoder.onnx;

import ai.onnxruntime.OnnxTensor;
import io.seismo.encoder.SparseRows;

/**
 * What fired in the slots of one run, as {@link Ending#FIRED} gives it: places ascending. Grows, and is read from the first
 * slot on, each once.
 */
final class Found {

    private int[] columns = new int[0];
    private int[] slots = new int[0];
    private float[] values = new float[0];
    private int size;
    private int next;

    /**
     * Takes over the results of a run.
     *
     * @param where [2, N], int32
     * @param fired [N], fp32
     */
    void take(OnnxTensor where, OnnxTensor fired) {
        size = Math.toIntExact(fired.getInfo().getNumElements());
        next = 0;
        if (size > values.length) {
            int room = Integer.highestOneBit(size) << 1;
            slots = new int[room];
            columns = new int[room];
            values = new float[room];
        }
        if (size > 0) {
            where.getIntBuffer().get(slots, 0, size).get(columns, 0, size);
            fired.getFloatBuffer().get(values, 0, size);
        }
    }

    /** Adds what fired in a slot, and ends the row. */
    void row(int slot, SparseRows out) {
        while (next < size && slots[next] < slot) {
            next++;
        }
        for (; next < size && slots[next] == slot; next++) {
            out.add(columns[next], values[next]);
        }
        out.endRow();
    }
}
