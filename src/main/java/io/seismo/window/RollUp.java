package io.seismo.window;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One value of a {@link Ring}: version, absolute slot number (8 bytes, big-endian), payload.
 *
 * @param slot absolute slot number
 * @param payload an encoded block or {@link #counts counts}; not copied
 */
public record RollUp(long slot, byte[] payload) {

    private static final byte VERSION = 1;
    private static final int HEADER = 1 + Long.BYTES;

    /** Version 1. */
    public byte[] toBytes() {
        return ByteBuffer.allocate(HEADER + payload.length)
                .put(VERSION)
                .putLong(slot)
                .put(payload)
                .array();
    }

    /**
     * Reads what {@link #toBytes()} wrote.
     *
     * @throws IllegalArgumentException for another version
     */
    public static RollUp fromBytes(byte[] bytes) {
        if (bytes.length < HEADER || bytes[0] != VERSION) {
            throw new IllegalArgumentException("roll-up is not of format version " + VERSION);
        }
        byte[] payload = new byte[bytes.length - HEADER];
        System.arraycopy(bytes, HEADER, payload, 0, payload.length);
        return new RollUp(ByteBuffer.wrap(bytes, 1, Long.BYTES).getLong(), payload);
    }

    /** The payload if the value is there and of that slot; {@code null} when it is absent or from an earlier turn. */
    public static byte @Nullable [] payload(byte @Nullable [] stored, long slot) {
        if (stored == null) {
            return null;
        }
        RollUp rollUp = fromBytes(stored);
        return rollUp.slot == slot ? rollUp.payload : null;
    }

    /** A payload of plain counts, 8 bytes each, big-endian. */
    public static byte[] counts(long... counts) {
        ByteBuffer out = ByteBuffer.allocate(Long.BYTES * counts.length);
        for (long count : counts) {
            out.putLong(count);
        }
        return out.array();
    }

    /** Reads {@link #counts(long...)}. An absent payload gives zeros. */
    public static long[] counts(byte @Nullable [] payload, int expected) {
        long[] counts = new long[expected];
        if (payload == null) {
            return counts;
        }
        if (payload.length != expected * Long.BYTES) {
            throw new IllegalArgumentException(
                    "roll-up of " + payload.length + " bytes does not hold " + expected + " counts");
        }
        ByteBuffer.wrap(payload).asLongBuffer().get(counts);
        return counts;
    }
}
