package io.seismo.weights.onnx;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import io.seismo.weights.ByteSource;
import io.seismo.weights.WeightsException;
import io.seismo.weights.file.WeightFolder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Reads as much of an ONNX file as it takes to decide whether a runtime may see it.
 *
 * <p>Bounded: 64 MiB, 2,048 nodes, 2,048 initializers, 65,536 protobuf messages in all, six levels. A model may use the
 * operators of {@link OnnxOperators} and no others, so there are no custom operators, no foreign domains, no functions, no
 * control flow with graphs inside graphs, nothing random and nothing that keeps state. It reads one input, rows in fp32, and
 * gives one output in fp32; outputs of whole numbers (labels) are left uncomputed. Field numbers are those of onnx.proto,
 * IR version 3 to 10.
 */
public final class OnnxModelReader {

    static final int MOST_BYTES = 64 << 20;
    static final int MOST_NODES = 2_048;
    private static final int MOST_MESSAGES = 65_536;
    private static final int MOST_METADATA = 64;
    private static final int WIDEST = 1 << 20;
    private static final int MOST_OUTPUTS = 1_024;
    private static final int FLOAT = 1;
    private static final Set<Integer> WHOLE = Set.of(2, 3, 4, 5, 6, 7, 9, 12, 13);

    private final WeightFolder folder;
    private final SortedMap<String, String> metadata = new TreeMap<>();
    private final TreeSet<String> initializers = new TreeSet<>();
    private final List<OnnxModel.External> externals = new ArrayList<>();
    private final List<Value> inputs = new ArrayList<>();
    private final List<Value> outputs = new ArrayList<>();
    private final OnnxTensorReader tensors;
    private int messages;
    private int nodes;
    private boolean graph;

    private OnnxModelReader(WeightFolder folder) {
        this.folder = folder;
        this.tensors = new OnnxTensorReader(folder);
    }

    /** An input or output as declared. @param dims −1 for one that is open */
    private record Value(String name, int type, List<Long> dims) {}

    /** A part of a message. */
    @FunctionalInterface
    interface Part {

        /** Takes one field, or skips it. */
        void take(CodedInputStream in, int tag) throws IOException;
    }

    /**
     * Reads a model.
     *
     * @throws WeightsException when it is not sound or not taken, with the reason
     */
    public static OnnxModel read(WeightFolder folder) {
        ByteSource source = folder.self();
        if (source.size() > MOST_BYTES) {
            throw new WeightsException(
                    folder.location() + " has " + source.size() + " bytes, above 64 MiB",
                    "keep its weights as external data in the same directory");
        }
        ByteString bytes = ByteString.copyFrom(source.slice(0, (int) source.size()));
        OnnxModelReader reader = new OnnxModelReader(folder);
        try {
            CodedInputStream in = bytes.newCodedInput();
            for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
                reader.model(in, tag);
            }
        } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
            throw new WeightsException(folder.location() + " is not an ONNX model", "export it again", e);
        } catch (IOException e) {
            throw new WeightsException("cannot read " + folder.location() + ": " + e.getMessage(), "", e);
        }
        return reader.build(bytes);
    }

    private void model(CodedInputStream in, int tag) throws IOException {
        switch (WireFormat.getTagFieldNumber(tag)) {
            case 7 -> {
                if (graph) {
                    throw refused("it holds two graphs", "export it again");
                }
                graph = true;
                message(in, this::graph);
            }
            case 8 -> opset(in);
            case 14 -> property(in);
            case 20 -> throw refused("it holds training information", "export it for inference");
            case 25 -> throw refused("it defines functions of its own", "export it with functions inlined");
            default -> in.skipField(tag);
        }
    }

    /** Runs a reader over one nested message, counted. */
    void message(CodedInputStream in, Part part) throws IOException {
        if (++messages > MOST_MESSAGES) {
            throw refused("it has more than " + MOST_MESSAGES + " parts", "use a smaller head");
        }
        // A field of the wrong wire type would be read here and skipped by the runtime: what is checked must be what
        // runs.
        if (WireFormat.getTagWireType(in.getLastTag()) != WireFormat.WIRETYPE_LENGTH_DELIMITED) {
            throw refused("a part of it has the wrong wire type", "export it again");
        }
        int length = in.readRawVarint32();
        int limit = in.pushLimit(length);
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            part.take(in, tag);
        }
        in.popLimit(limit);
    }

    private void opset(CodedInputStream in) throws IOException {
        String[] domain = {""};
        message(in, (inner, tag) -> {
            if (WireFormat.getTagFieldNumber(tag) == 1) {
                domain[0] = inner.readString();
            } else {
                inner.skipField(tag);
            }
        });
        if (!OnnxOperators.DOMAINS.contains(domain[0])) {
            throw refused("it imports operators of domain '" + shown(domain[0]) + "'", "use standard ONNX operators");
        }
    }

    private void property(CodedInputStream in) throws IOException {
        String[] entry = OnnxTensorReader.entry(this, in);
        if (metadata.size() >= MOST_METADATA) {
            throw refused("it has more than " + MOST_METADATA + " properties", "export it again");
        }
        metadata.put(entry[0], entry[1]);
    }

    private void graph(CodedInputStream in, int tag) throws IOException {
        switch (WireFormat.getTagFieldNumber(tag)) {
            case 1 -> node(in);
            case 5 -> initializer(in);
            case 11 -> inputs.add(value(in));
            case 12 -> outputs.add(value(in));
            case 14, 15 -> throw refused("it has quantised or sparse initializers", "export dense fp32 ones");
            default -> in.skipField(tag);
        }
    }

    private void node(CodedInputStream in) throws IOException {
        if (++nodes > MOST_NODES) {
            throw refused("it has more than " + MOST_NODES + " nodes", "use a smaller head");
        }
        String[] operator = {"", ""};
        message(in, (inner, tag) -> {
            switch (WireFormat.getTagFieldNumber(tag)) {
                case 4 -> operator[0] = inner.readString();
                case 5 -> message(inner, this::attribute);
                case 7 -> operator[1] = inner.readString();
                default -> inner.skipField(tag);
            }
        });
        if (!OnnxOperators.DOMAINS.contains(operator[1]) || !OnnxOperators.allowed(operator[0])) {
            String domain = operator[1].isEmpty() ? "" : shown(operator[1]) + ".";
            throw refused(
                    "operator " + domain + shown(operator[0]) + " is not among those a probe may use", "see probes.md");
        }
    }

    private void attribute(CodedInputStream in, int tag) throws IOException {
        switch (WireFormat.getTagFieldNumber(tag)) {
            case 5 -> message(in, tensors::inline);
            case 6, 10, 11, 14, 15, 22, 23 ->
                throw refused("an attribute holds a graph or a list of tensors", "use operators without control flow");
            default -> in.skipField(tag);
        }
    }

    private void initializer(CodedInputStream in) throws IOException {
        OnnxTensorReader.Found found = tensors.read(this, in);
        if (initializers.size() >= MOST_NODES || !initializers.add(found.name())) {
            throw refused("it has too many initializers, or two of one name", "export it again");
        }
        if (found.external()) {
            externals.add(tensors.open(found));
        }
    }

    private Value value(CodedInputStream in) throws IOException {
        if (inputs.size() + outputs.size() > MOST_NODES) {
            throw refused("it has more than " + MOST_NODES + " inputs and outputs", "use a smaller head");
        }
        String[] name = {""};
        int[] type = {0};
        List<Long> dims = new ArrayList<>();
        Part dimension = (inner, tag) -> {
            boolean known = WireFormat.getTagFieldNumber(tag) == 1;
            dims.set(dims.size() - 1, known ? inner.readInt64() : -1L);
            if (!known) {
                inner.skipField(tag);
            }
        };
        Part shape = (inner, tag) -> {
            if (WireFormat.getTagFieldNumber(tag) == 1 && dims.size() < 8) {
                dims.add(-1L);
                message(inner, dimension);
            } else {
                inner.skipField(tag);
            }
        };
        Part tensor = (inner, tag) -> {
            switch (WireFormat.getTagFieldNumber(tag)) {
                case 1 -> type[0] = inner.readInt32();
                case 2 -> message(inner, shape);
                default -> inner.skipField(tag);
            }
        };
        Part kind = (inner, tag) -> {
            if (WireFormat.getTagFieldNumber(tag) == 1) {
                message(inner, tensor);
            } else {
                inner.skipField(tag);
            }
        };
        message(in, (inner, tag) -> {
            switch (WireFormat.getTagFieldNumber(tag)) {
                case 1 -> name[0] = inner.readString();
                case 2 -> message(inner, kind);
                default -> inner.skipField(tag);
            }
        });
        return new Value(name[0], type[0], List.copyOf(dims));
    }

    private OnnxModel build(ByteString bytes) {
        List<Value> given = inputs.stream()
                .filter(value -> !initializers.contains(value.name()))
                .toList();
        List<Value> scores =
                outputs.stream().filter(value -> !WHOLE.contains(value.type())).toList();
        if (given.size() != 1 || scores.size() != 1) {
            throw refused(
                    "it has " + given.size() + " inputs and " + scores.size() + " outputs of scores",
                    "one of each: rows in, scores out (turn off ZipMap)");
        }
        Value row = given.get(0);
        Value score = scores.get(0);
        int width = row.dims().size() == 2 ? bounded(row.dims().get(1), WIDEST) : 0;
        if (row.type() != FLOAT || width == 0 || row.dims().get(0) >= 0) {
            throw refused("its input is not fp32 of shape [rows, width] with rows left open", "export it so");
        }
        int rank = score.dims().size();
        int columns = rank == 2 ? bounded(score.dims().get(1), MOST_OUTPUTS) : rank == 1 ? 1 : 0;
        if (score.type() != FLOAT || columns == 0) {
            throw refused(
                    "its output is not fp32 of shape [rows] or [rows, k] with k from 1 to " + MOST_OUTPUTS,
                    "export it so");
        }
        return new OnnxModel(bytes, row.name(), score.name(), width, columns, externals, metadata);
    }

    private static int bounded(long size, int most) {
        return size >= 1 && size <= most ? (int) size : 0;
    }

    WeightsException refused(String problem, String remedy) {
        return new WeightsException(folder.location() + " is refused: " + problem, remedy);
    }

    /** What a hostile file may put into a message. */
    static String shown(String text) {
        String plain = text.replaceAll("[^A-Za-z0-9_./-]", "?");
        return plain.length() <= 64 ? plain : plain.substring(0, 64) + "…";
    }
}
