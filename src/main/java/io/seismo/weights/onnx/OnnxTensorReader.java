package io.seismo.weights.onnx;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import io.seismo.weights.ByteSource;
import io.seismo.weights.WeightsException;
import io.seismo.weights.file.WeightFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * Tensors of an ONNX file, and where those lie that are kept outside it.
 *
 * <p>External data must be a regular file inside the directory of the model after all links are followed: no absolute
 * path, no {@code ..}, no link that leads out. At most 256 MiB in all.
 */
final class OnnxTensorReader {

    private static final long MOST_EXTERNAL_BYTES = 256L << 20;
    private static final int MOST_DIMENSIONS = 8;

    /** Bytes of an element, by ONNX's number of its type. */
    private static final Map<Integer, Integer> SIZES = Map.of(1, 4, 6, 4, 7, 8, 10, 2, 11, 8, 9, 1);

    private final WeightFolder folder;
    private final Map<String, ByteSource> files = new TreeMap<>();
    private long total;

    OnnxTensorReader(WeightFolder folder) {
        this.folder = folder;
    }

    /** What an initializer says about itself. @param place keys and values of its external data; empty when inline */
    record Found(String name, int type, List<Long> shape, boolean external, Map<String, String> place) {}

    /** An initializer. */
    Found read(OnnxModelReader reader, CodedInputStream in) throws IOException {
        String[] name = {""};
        int[] type = {0};
        boolean[] external = {false};
        List<Long> shape = new ArrayList<>();
        Map<String, String> place = new TreeMap<>();
        reader.message(in, (inner, tag) -> {
            switch (WireFormat.getTagFieldNumber(tag)) {
                case 1 -> dimensions(inner, tag, shape);
                case 2 -> type[0] = inner.readInt32();
                case 8 -> name[0] = inner.readString();
                case 13 -> {
                    String[] entry = entry(reader, inner);
                    place.put(entry[0], entry[1]);
                }
                case 14 -> external[0] = inner.readInt32() != 0;
                default -> inner.skipField(tag);
            }
        });
        if (!external[0] && !place.isEmpty()) {
            throw refused("initializer " + OnnxModelReader.shown(name[0]) + " is both inside and outside", "");
        }
        return new Found(name[0], type[0], List.copyOf(shape), external[0], place);
    }

    private void dimensions(CodedInputStream in, int tag, List<Long> shape) throws IOException {
        boolean packed = WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_LENGTH_DELIMITED;
        int limit = packed ? in.pushLimit(in.readRawVarint32()) : 0;
        do {
            if (packed && in.isAtEnd()) {
                break;
            }
            shape.add(in.readInt64());
            if (shape.size() > MOST_DIMENSIONS) {
                throw refused("an initializer has more than " + MOST_DIMENSIONS + " dimensions", "");
            }
        } while (packed && !in.isAtEnd());
        if (packed) {
            in.popLimit(limit);
        }
    }

    /** A tensor inside an attribute: it may not lie elsewhere. */
    void inline(CodedInputStream in, int tag) throws IOException {
        switch (WireFormat.getTagFieldNumber(tag)) {
            case 13, 14 -> throw refused("a constant lies outside the file", "only initializers may");
            default -> in.skipField(tag);
        }
    }

    /** A pair of strings. */
    static String[] entry(OnnxModelReader reader, CodedInputStream in) throws IOException {
        String[] entry = {"", ""};
        reader.message(in, (inner, tag) -> {
            switch (WireFormat.getTagFieldNumber(tag)) {
                case 1 -> entry[0] = inner.readString();
                case 2 -> entry[1] = inner.readString();
                default -> inner.skipField(tag);
            }
        });
        return entry;
    }

    /** Finds the file of an initializer and holds its extent against it. */
    OnnxModel.External open(Found found) {
        String name = OnnxModelReader.shown(found.name());
        Integer size = SIZES.get(found.type());
        if (size == null) {
            throw refused("initializer " + name + " is of element type " + found.type(), "use fp32 or int64");
        }
        long bytes = size;
        for (long dimension : found.shape()) {
            if (dimension < 0 || dimension > MOST_EXTERNAL_BYTES || bytes * dimension > MOST_EXTERNAL_BYTES) {
                throw refused("initializer " + name + " is above 256 MiB", "use a smaller head");
            }
            bytes *= dimension;
        }
        ByteSource source = file(found.place().getOrDefault("location", ""));
        long offset = number(found, "offset", 0);
        long length = number(found, "length", bytes);
        total += bytes;
        if (length != bytes || offset > source.size() - bytes || total > MOST_EXTERNAL_BYTES) {
            throw refused(
                    "initializer " + name + " of " + bytes + " bytes does not lie within its file, or all of them are"
                            + " above 256 MiB",
                    "export it again");
        }
        return new OnnxModel.External(found.name(), found.type(), found.shape(), source, offset, (int) bytes);
    }

    private long number(Found found, String key, long otherwise) {
        String text = found.place().get(key);
        if (text == null) {
            return otherwise;
        }
        if (!text.matches("[0-9]{1,15}")) {
            throw refused("external data has an " + key + " that is no number", "export it again");
        }
        return Long.parseLong(text);
    }

    private ByteSource file(String location) {
        ByteSource known = files.get(location);
        if (known != null) {
            return known;
        }
        String shown = OnnxModelReader.shown(location);
        boolean plain = location.matches("[A-Za-z0-9_][A-Za-z0-9_. /-]{0,254}")
                && !("/" + location + "/").matches(".*/(\\.{0,2})/.*");
        if (!plain) {
            throw refused("external data at '" + shown + "' is no plain path inside its directory", "keep it there");
        }
        try {
            Path model = Path.of(folder.location()).toAbsolutePath();
            Path home = Objects.requireNonNull(model.getParent(), "a file lies in a directory")
                    .toRealPath();
            Path real = home.resolve(location).toRealPath();
            if (!real.startsWith(home) || !Files.isRegularFile(real)) {
                throw refused("external data at '" + shown + "' leads out of its directory", "keep it there");
            }
            ByteSource opened = ByteSource.file(real);
            files.put(location, opened);
            return opened;
        } catch (IOException e) {
            throw new WeightsException(
                    folder.location() + " is refused: its external data at '" + shown + "' is not there",
                    "keep it in the directory of the model",
                    e);
        }
    }

    private WeightsException refused(String problem, String remedy) {
        return new WeightsException(folder.location() + " is refused: " + problem, remedy);
    }
}
