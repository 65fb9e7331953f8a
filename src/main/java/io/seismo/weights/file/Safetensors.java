package io.seismo.weights.file;

import com.fasterxml.jackson.databind.JsonNode;
import io.seismo.weights.ByteSource;
import io.seismo.weights.Tensor;
import io.seismo.weights.TensorType;
import io.seismo.weights.WeightsException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A safetensors file: eight bytes of header length, a JSON header, the tensors.
 *
 * <p>As strict as the reference implementation: the header lies inside the file and is at most 100 MB, no key occurs
 * twice, tensors neither overlap nor leave holes, the last one ends with the file, and each is as long as its shape says.
 * Tensors are mapped only when they are asked for. Source: the safetensors format description, version 0.6.
 */
public final class Safetensors implements Tensors {

    /** How file names end. */
    public static final String EXTENSION = ".safetensors";

    private static final String METADATA = "__metadata__";
    private static final int PREFIX = 8;
    private static final long LARGEST_HEADER = 100_000_000;
    private static final int LARGEST_RANK = 8;

    private final ByteSource source;
    private final Map<String, Tensor> tensors;
    private final JsonNode metadata;

    private Safetensors(ByteSource source, Map<String, Tensor> tensors, JsonNode metadata) {
        this.source = source;
        this.metadata = metadata;
        this.tensors = tensors;
    }

    /** Reads and checks the header. */
    public static Safetensors read(ByteSource source) {
        long headerLength = headerLength(source);
        JsonNode header = header(source, (int) headerLength);
        long start = PREFIX + headerLength;
        List<Span> spans = new ArrayList<>();
        header.properties().forEach(entry -> {
            if (!entry.getKey().equals(METADATA)) {
                spans.add(span(source, start, entry.getKey(), entry.getValue()));
            }
        });
        checkLayout(source, start, spans);
        Map<String, Tensor> tensors = new TreeMap<>();
        spans.forEach(span -> tensors.put(span.tensor.name(), span.tensor));
        return new Safetensors(source, tensors, header.path(METADATA));
    }

    @Override
    public ByteSource source() {
        return source;
    }

    @Override
    public String metadata(String key) {
        return metadata.path(key).asText("");
    }

    @Override
    public Map<String, Tensor> tensors() {
        return Collections.unmodifiableMap(tensors);
    }

    private static long headerLength(ByteSource source) {
        if (source.size() < PREFIX) {
            throw refused(source, "it is " + source.size() + " bytes long, too short for a header");
        }
        long length = source.slice(0, PREFIX).getLong(0);
        if (length < 2 || length > LARGEST_HEADER) {
            throw refused(
                    source,
                    "its header claims " + Long.toUnsignedString(length) + " bytes, allowed are 2 to "
                            + LARGEST_HEADER);
        }
        if (length > source.size() - PREFIX) {
            throw refused(source, "its header of " + length + " bytes does not fit into " + source.size() + " bytes");
        }
        return length;
    }

    private static JsonNode header(ByteSource source, int length) {
        ByteBuffer bytes = source.slice(PREFIX, length);
        byte[] text = new byte[length];
        bytes.get(text);
        if (text[0] != '{') {
            throw refused(source, "its header is not a JSON object");
        }
        return JsonFile.parse("the header of " + source.name(), text);
    }

    private static Span span(ByteSource source, long start, String name, JsonNode entry) {
        TensorType type = TensorType.named(entry.path("dtype").asText());
        if (type == null) {
            throw refused(
                    source,
                    "tensor " + name + " has dtype " + entry.path("dtype") + ", known are "
                            + List.of(TensorType.values()));
        }
        JsonNode offsets = entry.path("data_offsets");
        if (!entry.path("shape").isArray() || entry.path("shape").size() > LARGEST_RANK || offsets.size() != 2) {
            throw refused(source, "tensor " + name + " needs a shape and two data_offsets");
        }
        List<Long> shape = new ArrayList<>();
        entry.path("shape").forEach(size -> shape.add(natural(source, name, size)));
        long begin = natural(source, name, offsets.get(0));
        long end = natural(source, name, offsets.get(1));
        Tensor tensor = new Tensor(name, type, shape, source, start + begin);
        if (end < begin || end - begin != byteLength(source, tensor)) {
            throw refused(
                    source,
                    "tensor " + name + " spans bytes " + begin + " to " + end + ", which is not " + type + shape);
        }
        return new Span(tensor, begin, end);
    }

    private static long natural(ByteSource source, String name, JsonNode number) {
        if (!number.isIntegralNumber() || !number.canConvertToLong() || number.asLong() < 0) {
            throw refused(source, "tensor " + name + " has " + number + " where a size belongs");
        }
        return number.asLong();
    }

    private static long byteLength(ByteSource source, Tensor tensor) {
        try {
            return Math.multiplyExact(tensor.elements(), tensor.type().bytes());
        } catch (ArithmeticException e) {
            throw refused(source, "tensor " + tensor.name() + " has more elements than a file can hold");
        }
    }

    private static void checkLayout(ByteSource source, long start, List<Span> spans) {
        spans.sort(Comparator.comparingLong(Span::begin).thenComparingLong(Span::end));
        long available = source.size() - start;
        long at = 0;
        for (Span span : spans) {
            if (span.end > available) {
                throw refused(
                        source,
                        "tensor " + span.tensor.name() + " ends at byte " + span.end + ", but only " + available
                                + " follow the header; the file may be truncated");
            }
            if (span.begin != at) {
                throw refused(
                        source,
                        "tensor " + span.tensor.name() + " begins at byte " + span.begin
                                + (span.begin < at ? ", overlapping the one before" : ", leaving a hole before it"));
            }
            at = span.end;
        }
        if (at != available) {
            throw refused(source, (available - at) + " bytes after the last tensor belong to nothing");
        }
    }

    private static WeightsException refused(ByteSource source, String reason) {
        return new WeightsException(
                source.name() + " is not a sound safetensors file: " + reason, "download or export it again");
    }

    private record Span(Tensor tensor, long begin, long end) {}
}
