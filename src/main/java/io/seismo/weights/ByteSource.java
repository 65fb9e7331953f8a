package io.seismo.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.function.LongConsumer;

/** Bytes of one file, addressed with 64 bits: mapped from disk, or held in direct memory when they came from a jar. */
public sealed interface ByteSource {

    /** Name for messages. */
    String name();

    /** Length in bytes. */
    long size();

    /** Bytes {@code from} to {@code from + length} as a direct, little-endian, read-only buffer. */
    ByteBuffer slice(long from, int length);

    /** Opens a regular file. */
    static ByteSource file(Path path) {
        try {
            return new Mapped(path, Files.size(path));
        } catch (IOException e) {
            throw new WeightsException("cannot read " + path + ": " + e.getMessage(), "check its permissions", e);
        }
    }

    /** Wraps bytes that are already in memory; they are copied into direct memory. */
    static ByteSource memory(String name, byte[] bytes) {
        return new Memory(
                name, ByteBuffer.allocateDirect(bytes.length).put(bytes).flip());
    }

    /** SHA-256 of all bytes, hex. */
    default String sha256() {
        return sha256(ignored -> {});
    }

    /** SHA-256 of all bytes, hex; tells how many more bytes have been read. */
    default String sha256(LongConsumer read) {
        MessageDigest digest = newSha256();
        int step = 1 << 26;
        for (long at = 0; at < size(); at += step) {
            int length = (int) Math.min(step, size() - at);
            digest.update(slice(at, length));
            read.accept(length);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /** A fresh SHA-256. */
    static MessageDigest newSha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /**
     * A file on disk.
     *
     * @param path where it lies
     * @param size its length when it was opened; a file that has shrunk since fails to map
     */
    record Mapped(Path path, long size) implements ByteSource {

        @Override
        public String name() {
            return path.toString();
        }

        @Override
        public ByteBuffer slice(long from, int length) {
            try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
                return channel.map(FileChannel.MapMode.READ_ONLY, from, length).order(ByteOrder.LITTLE_ENDIAN);
            } catch (IOException e) {
                throw new WeightsException(
                        "cannot map " + length + " bytes at " + from + " of " + path + ": " + e.getMessage(),
                        "do not change a file while it is in use",
                        e);
            }
        }
    }

    /**
     * Bytes in direct memory.
     *
     * @param name for messages
     * @param bytes from position 0 to limit
     */
    record Memory(String name, ByteBuffer bytes) implements ByteSource {

        @Override
        public long size() {
            return bytes.limit();
        }

        @Override
        public ByteBuffer slice(long from, int length) {
            return bytes.slice((int) from, length).asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
        }
    }
}
