package io.seismo.activation;

import com.google.protobuf.ByteOutput;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** Tensor bytes as a buffer over the record's own array, without a copy. */
final class TensorBytes {

    private TensorBytes() {}

    /** The bytes; must not be written to. */
    static ByteBuffer of(ByteString bytes) {
        Grab grab = new Grab(bytes.size());
        try {
            UnsafeByteOperations.unsafeWriteTo(bytes, grab);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return grab.buffer();
    }

    /** CRC-32C (Castagnoli) of the bytes from position to limit; neither moves. */
    static int crc32c(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.duplicate());
        return (int) crc.getValue();
    }

    /** Keeps the array it is shown when it comes in one piece, else puts the pieces together. */
    private static final class Grab extends ByteOutput {

        private final int size;
        private ByteBuffer whole = ByteBuffer.allocate(0);
        private int filled;

        Grab(int size) {
            this.size = size;
        }

        ByteBuffer buffer() {
            return whole;
        }

        @Override
        public void write(byte value) {
            write(new byte[] {value}, 0, 1);
        }

        @Override
        public void write(byte[] value, int offset, int length) {
            if (filled == 0) {
                whole = ByteBuffer.allocate(size);
            }
            whole.put(filled, value, offset, length);
            filled += length;
        }

        @Override
        public void writeLazy(byte[] value, int offset, int length) {
            if (filled == 0 && length == size) {
                whole = ByteBuffer.wrap(value, offset, length);
                filled = length;
            } else {
                write(value, offset, length);
            }
        }

        @Override
        public void write(ByteBuffer value) {
            byte[] copy = new byte[value.remaining()];
            value.get(copy);
            write(copy, 0, copy.length);
        }

        @Override
        public void writeLazy(ByteBuffer value) {
            write(value);
        }
    }
}
