package io.seismo.weights.file;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Writes named numpy arrays into a zip file, one after the other, compressed; the same bytes for the same arrays. */
public final class NpzWriter implements AutoCloseable {

    private static final LocalDateTime EPOCH = LocalDateTime.of(1980, 1, 1, 0, 0);

    private final ZipOutputStream zip;

    /** Begins a file; what is there is overwritten. */
    public NpzWriter(Path file) throws IOException {
        zip = new ZipOutputStream(new BufferedOutputStream(Files.newOutputStream(file), 1 << 16));
        zip.setLevel(Deflater.BEST_SPEED);
    }

    /** A text of ASCII characters, as a numpy scalar of bytes. */
    public void text(String name, String value) throws IOException {
        begin(name, "|S" + value.length());
        zip.write(value.getBytes(StandardCharsets.US_ASCII));
        zip.closeEntry();
    }

    /** A vector of 64-bit integers. */
    public void longs(String name, long... values) throws IOException {
        begin(name, "<i8", values.length);
        ByteBuffer one = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (long value : values) {
            zip.write(one.putLong(0, value).array());
        }
        zip.closeEntry();
    }

    /**
     * An array whose bytes lie in a stream.
     *
     * @param descr element type as numpy writes it, such as {@code <f4}
     * @param bytes little-endian elements, exactly as many as the shape says; read to the end, not closed
     */
    public void stream(String name, String descr, InputStream bytes, long... shape) throws IOException {
        begin(name, descr, shape);
        bytes.transferTo(zip);
        zip.closeEntry();
    }

    private void begin(String name, String descr, long... shape) throws IOException {
        ZipEntry entry = new ZipEntry(name + Npy.EXTENSION);
        entry.setTimeLocal(EPOCH);
        zip.putNextEntry(entry);
        zip.write(NpyHeader.bytes(descr, shape));
    }

    @Override
    public void close() throws IOException {
        try (OutputStream ended = zip) {
            zip.finish();
        }
    }
}
