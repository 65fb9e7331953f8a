package io.seismo.weights.file;

import io.seismo.weights.TensorType;
import io.seismo.weights.WeightsException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * The header of an npy file: magic, version, length, a Python dictionary of exactly descr, fortran_order and shape.
 *
 * <p>Strict: headers of at most 64 KiB, little-endian plain numbers in C order; objects, which numpy stores as pickles,
 * are refused unread. Source: NumPy enhancement proposal 1, format versions 1.0 to 3.0.
 *
 * @param type element type
 * @param shape sizes, row-major
 * @param length bytes before the first element
 */
record NpyHeader(TensorType type, List<Long> shape, int length) {

    /** Bytes that suffice to read any header this accepts. */
    static final int LARGEST = 1 << 16;

    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    private static final int ALIGNMENT = 64;
    private static final int FIXED = 10;
    private static final Map<String, TensorType> TYPES =
            Map.of("<f8", TensorType.F64, "<f4", TensorType.F32, "<f2", TensorType.F16, "<i8", TensorType.I64);

    NpyHeader {
        shape = List.copyOf(shape);
    }

    /** Parses the first bytes of a file; {@code name} says whose. */
    static NpyHeader parse(String name, ByteBuffer head) {
        ByteBuffer in = head.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        byte[] magic = new byte[MAGIC.length];
        if (in.remaining() < FIXED) {
            throw refused(name, "it is too short for a header");
        }
        in.get(magic);
        int major = in.get();
        int minor = in.get();
        if (!Arrays.equals(magic, MAGIC) || major < 1 || major > 3 || minor != 0) {
            throw refused(name, "it does not begin as versions 1.0 to 3.0 of the format do");
        }
        if (major > 1 && in.remaining() < Integer.BYTES) {
            throw refused(name, "it is too short for a header");
        }
        long length = major == 1 ? in.getShort() & 0xffffL : in.getInt() & 0xffff_ffffL;
        if (length > LARGEST - in.position() || length > in.remaining()) {
            throw refused(name, "its header claims " + length + " bytes, more than there are or " + LARGEST);
        }
        byte[] text = new byte[(int) length];
        in.get(text);
        NpyDictionary fields = NpyDictionary.parse(name, new String(text, StandardCharsets.ISO_8859_1));
        if (fields.fortranOrder()) {
            throw new WeightsException(name + " is stored in Fortran order", "save numpy.ascontiguousarray(x) instead");
        }
        return new NpyHeader(type(name, fields.descr()), fields.shape(), in.position());
    }

    private static TensorType type(String name, String descr) {
        TensorType type = TYPES.get(descr);
        if (type != null) {
            return type;
        }
        if (descr.contains("O")) {
            throw new WeightsException(name + " holds Python objects (a pickle)", "save a plain array of float32");
        }
        String remedy = descr.startsWith(">")
                ? "save it little-endian: x.astype(x.dtype.newbyteorder('<'))"
                : descr.contains("V")
                        ? "numpy has no bfloat16; save it as safetensors, or as float32"
                        : "save it as float32 or float16";
        throw new WeightsException(name + " has elements of " + descr + ", known are <f2, <f4, <f8 and <i8", remedy);
    }

    /** The bytes of a version 1.0 header, padded so that the data begins at a multiple of 64. */
    static byte[] bytes(String descr, long... shape) {
        StringBuilder sizes = new StringBuilder();
        for (long size : shape) {
            sizes.append(size).append(shape.length == 1 ? "," : ", ");
        }
        if (shape.length > 1) {
            sizes.setLength(sizes.length() - 2);
        }
        String dictionary = "{'descr': '%s', 'fortran_order': False, 'shape': (%s), }".formatted(descr, sizes);
        int unpadded = FIXED + dictionary.length() + 1;
        int padded = (unpadded + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        String text = dictionary + " ".repeat(padded - unpadded) + "\n";
        return ByteBuffer.allocate(padded)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(MAGIC)
                .put((byte) 1)
                .put((byte) 0)
                .putShort((short) text.length())
                .put(text.getBytes(StandardCharsets.US_ASCII))
                .array();
    }

    /** What is said of a header that is not sound. */
    static WeightsException refused(String name, String reason) {
        return new WeightsException(name + " is not a sound npy file: " + reason, "save it again with numpy.save");
    }
}
