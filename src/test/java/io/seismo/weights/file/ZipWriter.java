package io.seismo.weights.file;

import io.seismo.weights.TensorType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Writes npz files, stored or compressed, and members of any kind for unsound ones. */
public final class ZipWriter {

    private final boolean compressed;
    private final Map<String, byte[]> members = new TreeMap<>();

    /**
     * @param compressed as {@code numpy.savez_compressed} rather than {@code numpy.savez}
     */
    public ZipWriter(boolean compressed) {
        this.compressed = compressed;
    }

    /** Adds an array, its values rounded to the type. */
    public ZipWriter add(String name, TensorType type, float[] values, int... shape) {
        String descr = switch (type) {
            case F64 -> "<f8";
            case F32 -> "<f4";
            case F16 -> "<f2";
            case I64 -> "<i8";
            case I32 -> "<i4";
            case BF16 -> throw new IllegalArgumentException("NumPy has no bf16");
        };
        String sizes = IntStream.of(shape).mapToObj(size -> size + ",").collect(Collectors.joining(" "));
        String header = "{'descr': '%s', 'fortran_order': False, 'shape': (%s), }".formatted(descr, sizes);
        return raw(name + ".npy", npy(header, SafetensorsWriter.bytes(type, values)));
    }

    /** Adds any member. */
    ZipWriter raw(String name, byte[] bytes) {
        members.put(name, bytes);
        return this;
    }

    /** An array of version 1 with any header. */
    static byte[] npy(String header, byte[] data) {
        byte[] text = (header + " ".repeat(63 - (header.length() + 10) % 64) + "\n").getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(10 + text.length + data.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0})
                .putShort((short) text.length)
                .put(text)
                .put(data)
                .array();
    }

    /** Writes the file. */
    public Path write(Path file) throws IOException {
        return Files.write(file, zip(members, compressed));
    }

    /** The bytes of a zip file. */
    static byte[] zip(Map<String, byte[]> members, boolean compressed) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream out = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, byte[]> member : members.entrySet()) {
                ZipEntry entry = new ZipEntry(member.getKey());
                if (!compressed) {
                    CRC32 sum = new CRC32();
                    sum.update(member.getValue());
                    entry.setMethod(ZipEntry.STORED);
                    entry.setSize(member.getValue().length);
                    entry.setCrc(sum.getValue());
                }
                out.putNextEntry(entry);
                out.write(member.getValue());
                out.closeEntry();
            }
        }
        return bytes.toByteArray();
    }
}
