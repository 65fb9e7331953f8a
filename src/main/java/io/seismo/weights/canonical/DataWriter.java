package io.seismo.weights.canonical;

import io.seismo.weights.MatrixSource;
import io.seismo.weights.TensorType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongConsumer;

/** {@code weights.bin} being written: tensors one after the other, each at the start of a page, little-endian. */
public final class DataWriter implements AutoCloseable {

    private static final int PAGE = 4096;

    private final FileChannel channel;
    private final LongConsumer written;
    private final SortedMap<String, CanonicalManifest.Stored> tensors = new TreeMap<>();
    private ByteBuffer buffer = ByteBuffer.allocateDirect(0);
    private long end;

    /**
     * @param file to create
     * @param written told how many more bytes of matrices have been written
     */
    public DataWriter(Path file, LongConsumer written) throws IOException {
        this.channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        this.written = written;
    }

    /** Brings a matrix over. */
    public void matrix(String name, MatrixSource matrix) {
        long start = place(name, TensorType.F32, matrix.bytes(), matrix.rows(), matrix.columns());
        matrix.into((row, column, values, from, count) -> {
            ByteBuffer bytes = room(count * Float.BYTES);
            bytes.asFloatBuffer().put(values, from, count);
            write(bytes, start + ((long) row * matrix.columns() + column) * Float.BYTES);
            written.accept(count * (long) Float.BYTES);
        });
    }

    /** Adds a vector of fp32. */
    public void floats(String name, float[] values) {
        long start = place(name, TensorType.F32, (long) values.length * Float.BYTES, values.length);
        ByteBuffer bytes = room(values.length * Float.BYTES);
        bytes.asFloatBuffer().put(values);
        write(bytes, start);
    }

    /** Adds a vector of fp64. */
    public void doubles(String name, double[] values) {
        long start = place(name, TensorType.F64, (long) values.length * Double.BYTES, values.length);
        ByteBuffer bytes = room(values.length * Double.BYTES);
        bytes.asDoubleBuffer().put(values);
        write(bytes, start);
    }

    /** What was written, by name. */
    public SortedMap<String, CanonicalManifest.Stored> tensors() {
        return tensors;
    }

    private long place(String name, TensorType type, long bytes, long... shape) {
        long start = (end + PAGE - 1) / PAGE * PAGE;
        List<Long> sizes = Arrays.stream(shape).boxed().toList();
        tensors.put(name, new CanonicalManifest.Stored(CanonicalManifest.DATA, type, sizes, start));
        end = start + bytes;
        return start;
    }

    private ByteBuffer room(int bytes) {
        if (buffer.capacity() < bytes) {
            buffer = ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
        }
        return buffer.clear().limit(bytes);
    }

    private void write(ByteBuffer bytes, long at) {
        try {
            for (long to = at; bytes.hasRemaining(); ) {
                to += channel.write(bytes, to);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sees to it that everything is on the disk. */
    public void finish() throws IOException {
        channel.force(true);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
