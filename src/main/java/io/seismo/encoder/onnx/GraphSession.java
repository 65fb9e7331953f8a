package io.seismo.encoder.onnx;

import java.nio.ByteBuffer;

/** A loaded graph: what is left of a runtime once direct buffers and pinned outputs are all that is asked of it. */
interface GraphSession extends AutoCloseable {

    /**
     * Ties buffers to the graph, so that runs over the same number of rows need neither a copy nor a new tensor.
     *
     * @param buffers what is read and written
     * @param rows number of rows each run takes, at least 1
     */
    Binding bind(Buffers buffers, int rows);

    /**
     * Memory of a run; all direct and little-endian.
     *
     * @param input rows are read from its start
     * @param output results are written from its start, floats
     * @param beside what comes beside them: a mark for each, or of the largest their columns, as int32
     * @param found takes what fired, where its number depends on the rows
     */
    record Buffers(ByteBuffer input, ByteBuffer output, ByteBuffer beside, Found found) {

        /** For graphs whose results have sizes that are known beforehand. */
        Buffers(ByteBuffer input, ByteBuffer output, ByteBuffer beside) {
            this(input, output, beside, new Found());
        }
    }

    /** Where it runs; what is not the processor is run with row counts of a few fixed sizes only. */
    default String place() {
        return "cpu";
    }

    @Override
    void close();

    /** Buffers tied to a graph; used by one thread at a time, closed before the session. */
    interface Binding extends AutoCloseable {

        /** Reads the input buffer, writes the others as the graph ends. */
        void run();

        @Override
        void close();
    }
}
