package io.seismo.weights.file;

import io.seismo.weights.TensorType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Writes sound safetensors files, and headers of any kind for unsound ones. */
public final class SafetensorsWriter {

    private final List<String> entries = new ArrayList<>();
    private final List<byte[]> parts = new ArrayList<>();
    private int length;
    private String metadata = "\"format\":\"pt\"";

    /** Adds a tensor, its values rounded to the type. */
    public SafetensorsWriter add(String name, TensorType type, float[] values, int... shape) {
        byte[] bytes = bytes(type, values);
        StringBuilder sizes = new StringBuilder();
        for (int size : shape) {
            sizes.append(sizes.isEmpty() ? "" : ",").append(size);
        }
        int end = length + bytes.length;
        entries.add("\"%s\":{\"dtype\":\"%s\",\"shape\":[%s],\"data_offsets\":[%d,%d]}"
                .formatted(name, type, sizes, length, end));
        parts.add(bytes);
        length = end;
        return this;
    }

    /** Adds a text beside the tensors. */
    public SafetensorsWriter metadata(String key, String value) {
        metadata += ",\"%s\":\"%s\"".formatted(key, value);
        return this;
    }

    /** Little-endian elements, rounded to the type. */
    public static byte[] bytes(TensorType type, float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * type.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            switch (type) {
                case F64 -> bytes.putDouble(value);
                case F32 -> bytes.putFloat(value);
                case F16 -> bytes.putShort(Halves.toF16(value));
                case BF16 -> bytes.putShort(Halves.toBf16(value));
                case I64 -> bytes.putLong((long) value);
                case I32 -> bytes.putInt((int) value);
            }
        }
        return bytes.array();
    }

    /** Writes the file. */
    public Path write(Path file) throws IOException {
        String header = "{\"__metadata__\":{" + metadata + "}," + String.join(",", entries) + "}";
        byte[] text = (header + " ".repeat((8 - header.length() % 8) % 8)).getBytes(StandardCharsets.UTF_8);
        ByteBuffer out = ByteBuffer.allocate(8 + text.length + length).order(ByteOrder.LITTLE_ENDIAN);
        out.putLong(text.length).put(text);
        parts.forEach(out::put);
        return Files.write(file, out.array());
    }

    /** A file with that header text and that many bytes of zeros behind it. */
    static byte[] raw(String header, int dataBytes) {
        byte[] text = header.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(8 + text.length + dataBytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(text.length)
                .put(text)
                .array();
    }
}
