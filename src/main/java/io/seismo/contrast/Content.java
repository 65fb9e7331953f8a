package io.seismo.contrast;

import io.seismo.encoder.RowBlock;
import java.nio.ByteBuffer;

/** A running hash over the bytes of a request's rows, to find the same request twice; never for integrity. */
final class Content {

    private static final long OFFSET = 0xcbf29ce484222325L;
    private static final long PRIME = 0x00000100000001b3L;

    private long hash = OFFSET;

    /** Adds rows {@code first} to {@code first + count - 1}. */
    void add(RowBlock rows, int first, int count) {
        int rowBytes = rows.dIn() * RowBlock.bytesPerElement(rows.dtype());
        ByteBuffer data = rows.data();
        int end = data.position() + (first + count) * rowBytes;
        int at = data.position() + first * rowBytes;
        for (; at + Long.BYTES <= end; at += Long.BYTES) {
            hash = (hash ^ data.getLong(at)) * PRIME;
            hash ^= hash >>> 32;
        }
        for (; at < end; at++) {
            hash = (hash ^ data.get(at)) * PRIME;
        }
    }

    long hash() {
        return hash;
    }
}
