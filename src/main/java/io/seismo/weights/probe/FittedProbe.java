package io.seismo.weights.probe;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.seismo.weights.Activation;
import io.seismo.weights.ByteSource;
import io.seismo.weights.EncoderWeights;
import io.seismo.weights.InputNorm;
import io.seismo.weights.Manifest;
import io.seismo.weights.Matrix;
import io.seismo.weights.TensorType;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A linear probe made here: as canonical weights, and as the file that {@code LinearProbeFamily} reads. */
public final class FittedProbe {

    private FittedProbe() {}

    /** Canonical weights of a probe that lies in memory. */
    public static EncoderWeights weights(String name, double[] weight, double bias) {
        ByteSource bytes = ByteSource.memory(name, bytes(weight, bias, Map.of()));
        Manifest manifest = new Manifest(
                "probe/linear", name, bytes.sha256(), "", "", "", weight.length, 1, TensorType.F32.name(), List.of());
        return new EncoderWeights(
                manifest, Matrix.column(weight), new float[] {(float) bias}, new Activation.Linear(), InputNorm.NONE);
    }

    /**
     * Writes {@code weight} [d_in] and {@code bias} [1] in fp32.
     *
     * @param metadata for the file's header, such as {@code hook_name}, {@code model_name}, {@code model_revision}
     */
    public static void write(Path file, double[] weight, double bias, Map<String, String> metadata) throws IOException {
        try (OutputStream out = Files.newOutputStream(file)) {
            out.write(bytes(weight, bias, metadata));
        }
    }

    private static byte[] bytes(double[] weight, double bias, Map<String, String> metadata) {
        int body = (weight.length + 1) * Float.BYTES;
        byte[] header = header(weight.length, metadata);
        ByteBuffer bytes =
                ByteBuffer.allocate(Long.BYTES + header.length + body).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(header.length).put(header).putFloat((float) bias);
        for (double value : weight) {
            bytes.putFloat((float) value);
        }
        return bytes.array();
    }

    private static byte[] header(int dIn, Map<String, String> metadata) {
        Map<String, Object> header = new TreeMap<>();
        header.put("__metadata__", new TreeMap<>(metadata));
        header.put("bias", tensor(List.of(1), 0, Float.BYTES));
        header.put("weight", tensor(List.of(dIn), Float.BYTES, (dIn + 1) * Float.BYTES));
        try {
            byte[] text = new JsonMapper().writeValueAsBytes(header);
            // Tensors begin at a multiple of eight.
            String padding = " ".repeat(Math.floorMod(-text.length, Long.BYTES));
            return (new String(text, StandardCharsets.UTF_8) + padding).getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("a header does not serialise", impossible);
        }
    }

    private static Map<String, Object> tensor(List<Integer> shape, int from, int to) {
        return new TreeMap<>(Map.of("dtype", "F32", "shape", shape, "data_offsets", List.of(from, to)));
    }
}
