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

/** Writes files as {@code torch.save} does, a flat dictionary of tensors and values, and any pickle for unsound ones. */
public final class TorchWriter {

    private final Map<String, byte[]> members = new TreeMap<>();
    private final ByteArrayOutputStream items = new ByteArrayOutputStream();
    private int storages;

    /** Adds a contiguous tensor. */
    public TorchWriter add(String name, TensorType type, float[] values, int... shape) {
        return add(name, type, values, false, shape);
    }

    /** Adds a matrix whose storage holds it column by column, with a few elements before it. */
    public TorchWriter addTransposed(String name, TensorType type, float[] values, int rows, int columns) {
        float[] stored = new float[values.length + 3];
        for (int r = 0; r < rows; r++) {
            for (int c = 0; c < columns; c++) {
                stored[3 + c * rows + r] = values[r * columns + c];
            }
        }
        return add(name, type, stored, true, rows, columns);
    }

    private TorchWriter add(String name, TensorType type, float[] stored, boolean transposed, int... shape) {
        String key = Integer.toString(storages++);
        members.put("archive/data/" + key, SafetensorsWriter.bytes(type, stored));
        text(name);
        global("torch._utils", "_rebuild_tensor_v2");
        op('(').op('(');
        text("storage");
        global("torch", storage(type));
        text(key);
        text("cuda:0");
        number(stored.length).op('t').op('Q').number(transposed ? 3 : 0);
        tuple(shape);
        if (transposed) {
            tuple(1, shape[0]);
        } else {
            int[] strides = new int[shape.length];
            for (int i = shape.length - 1, step = 1; i >= 0; step *= shape[i--]) {
                strides[i] = step;
            }
            tuple(strides);
        }
        op(0x89);
        global("collections", "OrderedDict");
        op(')').op('R').op('t').op('R');
        return this;
    }

    /** Adds a text. */
    public TorchWriter value(String name, String value) {
        text(name);
        text(value);
        return this;
    }

    /** Adds a dictionary of a number and a text. */
    public TorchWriter dictionary(String name, String first, int number, String second, String word) {
        text(name);
        op('}').op('(');
        text(first);
        number(number);
        text(second);
        text(word);
        op('u');
        return this;
    }

    private static String storage(TensorType type) {
        return switch (type) {
            case F64 -> "DoubleStorage";
            case F32 -> "FloatStorage";
            case F16 -> "HalfStorage";
            case BF16 -> "BFloat16Storage";
            case I64 -> "LongStorage";
            case I32 -> "IntStorage";
        };
    }

    private void global(String module, String name) {
        op('c').bytes((module + "\n" + name + "\n").getBytes(StandardCharsets.US_ASCII));
    }

    private void text(String text) {
        byte[] utf = text.getBytes(StandardCharsets.UTF_8);
        op('X').bytes(little(utf.length)).bytes(utf);
    }

    private TorchWriter number(int value) {
        return op('J').bytes(little(value));
    }

    private void tuple(int... values) {
        op('(');
        for (int value : values) {
            number(value);
        }
        op('t');
    }

    private TorchWriter op(int code) {
        items.write(code);
        return this;
    }

    private TorchWriter bytes(byte[] bytes) {
        items.writeBytes(bytes);
        return this;
    }

    private static byte[] little(int value) {
        return ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(value)
                .array();
    }

    /** Writes the file. */
    public Path write(Path file) throws IOException {
        ByteArrayOutputStream pickle = new ByteArrayOutputStream();
        pickle.writeBytes(new byte[] {(byte) 0x80, 2, '}', '('});
        pickle.writeBytes(items.toByteArray());
        pickle.writeBytes(new byte[] {'u', '.'});
        return write(file, pickle.toByteArray());
    }

    /** Writes the storages added so far with any pickle. */
    Path write(Path file, byte[] pickle) throws IOException {
        members.put("archive/data.pkl", pickle);
        return Files.write(file, ZipWriter.zip(members, false));
    }
}
