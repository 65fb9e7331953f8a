package io.seismo.encoder.onnx;

import io.seismo.encoder.RowBlock;
import io.seismo.weights.Footprint;
import io.seismo.wire.Dtype;
import java.util.ArrayList;
import java.util.List;

/**
 * The graphs an encoder will be opened with, and what they need; computed, not measured.
 *
 * @param graphs in the order they are opened
 * @param converting bytes of W in fp32 that are made in memory when it is opened, because no file holds it so; 0 otherwise
 */
public record EncoderNeeds(List<Graph> graphs, long converting) {

    public EncoderNeeds {
        graphs = List.copyOf(graphs);
    }

    /**
     * One graph.
     *
     * @param name {@code watch} or {@code full}
     * @param columns it computes
     * @param kept packed or mapped
     * @param flopPerToken 2 · d_in · columns
     * @param bytesPerToken the row in, a float a column out, and a mark a column where the graph marks
     * @param own bytes of weights in memory of the process: what the runtime packs, and what it is packed from where
     *     that lies in no file
     * @param mapped bytes of weights read from a mapped file
     * @param aThread bytes of buffers for each thread that encodes at the same time, the runtime's widened rows included
     */
    public record Graph(
            String name,
            int columns,
            Packing kept,
            long flopPerToken,
            long bytesPerToken,
            long own,
            long mapped,
            long aThread) {}

    /** Bytes in memory of the process while it encodes, apart from buffers. */
    public long own() {
        return graphs.stream().mapToLong(Graph::own).sum();
    }

    /** Bytes of mapped files. */
    public long mapped() {
        return graphs.stream().mapToLong(Graph::mapped).sum();
    }

    /** Bytes of buffers for each thread. */
    public long aThread() {
        return graphs.stream().mapToLong(Graph::aThread).sum();
    }

    /** The most the process needs, at any time, with one thread: a matrix that is converted is there while it opens. */
    public long peak() {
        boolean kept = graphs.stream().anyMatch(graph -> graph.name().equals("full"));
        return own() + aThread() + (kept ? 0 : converting);
    }

    /**
     * What {@link OnnxEncoders#open} will make.
     *
     * @param watched number of watched columns
     * @param full whether all features will be asked for
     * @param dtype of the rows
     */
    public static EncoderNeeds of(Footprint sae, int watched, boolean full, Dtype dtype) {
        Dtype input = sae.normalised() ? Dtype.DTYPE_F32 : dtype;
        List<Graph> graphs = new ArrayList<>();
        if (watched > 0 && !sae.wholeRow()) {
            graphs.add(graph("watch", new OnnxGraph(input, sae.dIn(), watched), false));
        }
        if (full || (sae.wholeRow() && watched > 0)) {
            graphs.add(graph("full", new OnnxGraph(input, sae.dIn(), sae.width(), !sae.wholeRow()), sae.inFile()));
        }
        return new EncoderNeeds(graphs, sae.inFile() ? 0 : 4L * sae.dIn() * sae.width());
    }

    /** Needs of one graph; {@code inFile} says whether W lies in a file as it is. */
    static Graph graph(String name, OnnxGraph graph, boolean inFile) {
        long columns = graph.columns();
        long matrix = Float.BYTES * graph.dIn() * columns;
        long vectors = Float.BYTES * 3 * columns;
        Packing kept = inFile ? Packing.of(matrix) : Packing.PACKED;
        long copies = kept == Packing.MAPPED ? 0 : inFile ? 1 : 2;
        long row = (long) graph.dIn() * RowBlock.bytesPerElement(graph.input());
        long marks = graph.marked() ? columns : 0;
        // MatMul and Add are one in the runtime, so that there is no product beside the result.
        long widened = graph.input() == Dtype.DTYPE_F32 ? 0 : (long) Float.BYTES * graph.dIn();
        long aRow = row + widened + Float.BYTES * columns + marks;
        return new Graph(
                name,
                graph.columns(),
                kept,
                2 * graph.dIn() * columns,
                row + Float.BYTES * columns + marks,
                copies * matrix + vectors,
                kept == Packing.MAPPED ? matrix : 0,
                RunSizes.onProcessor(kept).of(LoadedGraph.rowsPerRun(graph), LoadedGraph.rowsPerRun(graph)) * aRow);
    }
}
