package io.seismo.encoder.onnx;

import io.seismo.encoder.RowBlock;
import io.seismo.spec.Arithmetic;
import io.seismo.spec.Precision;
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
     * @param precision of the multiplication
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
            Precision precision,
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
     * @param arithmetic how it is computed
     */
    public static EncoderNeeds of(Footprint weights, int watched, boolean full, Dtype dtype, Arithmetic arithmetic) {
        Footprint sae = arithmetic.thresholded() ? weights.thresholded() : weights;
        Dtype input = sae.normalised() ? Dtype.DTYPE_F32 : dtype;
        Precision precision = arithmetic.precision();
        List<Graph> graphs = new ArrayList<>();
        if (watched > 0 && !sae.wholeRow()) {
            graphs.add(graph("watch", new OnnxGraph(input, sae.dIn(), watched), precision, false));
        }
        if (full || (sae.wholeRow() && watched > 0)) {
            Ending ending = sae.wholeRow() ? Ending.PLAIN : Ending.MARKED;
            OnnxGraph graph = new OnnxGraph(input, sae.dIn(), sae.width(), ending);
            graphs.add(graph("full", graph, precision, sae.inFile() && precision == Precision.FP32));
        }
        return new EncoderNeeds(graphs, sae.inFile() ? 0 : 4L * sae.dIn() * sae.width());
    }

    /** Needs of one graph; {@code inFile} says whether W lies in a file as it is used. */
    static Graph graph(String name, OnnxGraph graph, Precision precision, boolean inFile) {
        long columns = graph.columns();
        boolean integers = precision == Precision.INT8;
        long matrix = (integers ? 1 : Float.BYTES) * graph.dIn() * columns;
        long vectors = Float.BYTES * (integers ? 4 : 3) * columns;
        Packing kept = inFile ? Packing.of(matrix) : Packing.PACKED;
        long copies = kept == Packing.MAPPED ? 0 : inFile ? 1 : 2;
        long row = (long) graph.dIn() * RowBlock.bytesPerElement(graph.input());
        long out = Float.BYTES * columns + graph.ending().bytes(graph.columns());
        long aRow = row + out + between(graph, integers);
        return new Graph(
                name,
                precision,
                graph.columns(),
                kept,
                2 * graph.dIn() * columns,
                row + out,
                copies * matrix + vectors,
                kept == Packing.MAPPED ? matrix : 0,
                RunSizes.onProcessor(kept).of(LoadedGraph.rowsPerRun(graph), LoadedGraph.rowsPerRun(graph)) * aRow);
    }

    /** Bytes a row of what the runtime makes on the way: of MatMul and Add nothing, since it makes one of them. */
    private static long between(OnnxGraph graph, boolean integers) {
        long widened = graph.input() == Dtype.DTYPE_F32 ? 0 : (long) Float.BYTES * graph.dIn();
        // Sizes, scaled and rounded values and bytes of the row; sums, and these as floats.
        long ofIntegers = (3L * Float.BYTES + 1) * graph.dIn() + 2L * Float.BYTES * graph.columns();
        return widened + (integers ? ofIntegers : 0);
    }
}
