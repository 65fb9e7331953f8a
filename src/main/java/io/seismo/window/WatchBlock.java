package io.seismo.window;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Statistics of one watch entry in one pane, over one byte array.
 *
 * <pre>
 *   0    u8   format version, 1
 *   1    u8   c, number of caps on the entry, in detector id order
 *   2    i64  requests that fired: first crossing of {@code fires_above} in this pane
 *  10    i64  requests that closed in this pane
 *  18    i64  tokens scored
 *  26    i64  tokens whose signal was above {@code fires_above}
 *  34    i64  sum of closed requests' scores, fixed point in units of 2⁻¹⁶
 *  42    f32  largest score of a closed request, ≥ +0
 *  46    u32  64 counts: closed requests by {@link LogBuckets bucket} of their score
 * 302    u32  c counts: breaches of each cap
 * </pre>
 *
 * <p>Little-endian; one form only, so equal content means equal bytes. Scores below zero are summed and maximised as
 * zero, which keeps every field non-negative and merging commutative and associative where it clips. Merging blocks
 * with different numbers of caps gives the larger number.
 */
public final class WatchBlock {

    /** Most caps on one entry. */
    public static final int MAX_CAPS = 255;

    private static final int VERSION = 1;
    private static final int FIRED = 2;
    private static final int CLOSED = 10;
    private static final int TOKENS = 18;
    private static final int TOKENS_ABOVE = 26;
    private static final int SUM = 34;
    private static final int MAX = 42;
    private static final int HISTOGRAM = 46;
    private static final int BREACHES = HISTOGRAM + 4 * LogBuckets.COUNT;
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private byte[] bytes;

    /**
     * An empty block.
     *
     * @param caps number of caps on the entry
     */
    public WatchBlock(int caps) {
        if (caps < 0 || caps > MAX_CAPS) {
            throw new IllegalArgumentException(caps + " caps on one watch entry; at most " + MAX_CAPS);
        }
        bytes = new byte[BREACHES + 4 * caps];
        bytes[0] = VERSION;
        bytes[1] = (byte) caps;
    }

    private WatchBlock(byte[] bytes) {
        this.bytes = bytes;
    }

    /** A block over an array as {@link #bytes} or {@link #encode} gave it; the array is kept, not copied. */
    public static WatchBlock wrap(byte[] bytes) {
        if (bytes.length < BREACHES || bytes[0] != VERSION || bytes.length != BREACHES + 4 * (bytes[1] & 0xff)) {
            throw new IllegalArgumentException("not a watch block of version " + VERSION);
        }
        int max = (int) INT.get(bytes, MAX);
        boolean negative = max < 0 || max > 0x7f80_0000;
        for (int at = FIRED; at <= SUM; at += 8) {
            negative |= (long) LONG.get(bytes, at) < 0;
        }
        if (negative) {
            throw new IllegalArgumentException(
                    "watch block has a negative count or sum, or a maximum that is no number");
        }
        return new WatchBlock(bytes);
    }

    /** The block of an encoding; the array is copied. */
    public static WatchBlock decode(byte[] encoded) {
        return wrap(encoded.clone());
    }

    /** The array that is updated in place. */
    public byte[] bytes() {
        return bytes;
    }

    /** The canonical encoding: a fresh array. */
    public byte[] encode() {
        return bytes.clone();
    }

    /** Counts a request that fired; returns 1 when the count clipped, else 0. */
    public int addFired() {
        return addLong(FIRED, 1);
    }

    /**
     * Counts tokens.
     *
     * @param scored tokens that were scored
     * @param above those whose signal was above the entry's threshold
     * @return how many counts clipped
     */
    public int addTokens(int scored, int above) {
        return addLong(TOKENS, scored) + addLong(TOKENS_ABOVE, above);
    }

    /** Counts a request that closed with a score; returns how many sums clipped. */
    public int addClosed(float score) {
        int clipped = addLong(CLOSED, 1) + addLong(SUM, FixedPoint.of(score));
        if (score > max()) {
            INT.set(bytes, MAX, Float.floatToRawIntBits(score));
        }
        return clipped + addInt(HISTOGRAM + 4 * LogBuckets.of(score), 1);
    }

    /** Counts a breach of a cap; returns 1 when the count clipped, else 0. */
    public int addBreach(int cap) {
        return addInt(breachAt(cap), 1);
    }

    /** Requests that fired in this pane. */
    public long fired() {
        return (long) LONG.get(bytes, FIRED);
    }

    /** Requests that closed in this pane. */
    public long closed() {
        return (long) LONG.get(bytes, CLOSED);
    }

    /** Tokens scored. */
    public long tokens() {
        return (long) LONG.get(bytes, TOKENS);
    }

    /** Tokens above the entry's threshold. */
    public long tokensAbove() {
        return (long) LONG.get(bytes, TOKENS_ABOVE);
    }

    /** Sum of closed requests' scores in units of 2⁻¹⁶. */
    public long sum() {
        return (long) LONG.get(bytes, SUM);
    }

    /** Largest score of a closed request; 0 when none was above zero. */
    public float max() {
        return Float.intBitsToFloat((int) INT.get(bytes, MAX));
    }

    /** Closed requests whose score fell into a {@link LogBuckets bucket}. */
    public long bucket(int bucket) {
        if (bucket < 0 || bucket >= LogBuckets.COUNT) {
            throw new IllegalArgumentException("bucket " + bucket + " is outside 0.." + (LogBuckets.COUNT - 1));
        }
        return Integer.toUnsignedLong((int) INT.get(bytes, HISTOGRAM + 4 * bucket));
    }

    /** Number of caps on the entry. */
    public int caps() {
        return bytes[1] & 0xff;
    }

    /** Requests whose score crossed a cap in this pane. */
    public long breaches(int cap) {
        return Integer.toUnsignedLong((int) INT.get(bytes, breachAt(cap)));
    }

    /**
     * Merges another block into this one.
     *
     * @return how many sums clipped
     */
    public int merge(WatchBlock from) {
        if (from.bytes.length > bytes.length) {
            bytes = Arrays.copyOf(bytes, from.bytes.length);
            bytes[1] = from.bytes[1];
        }
        int clipped = 0;
        for (int at = FIRED; at <= SUM; at += 8) {
            clipped += addLong(at, (long) LONG.get(from.bytes, at));
        }
        if (from.max() > max()) {
            INT.set(bytes, MAX, (int) INT.get(from.bytes, MAX));
        }
        for (int at = HISTOGRAM; at < from.bytes.length; at += 4) {
            clipped += addInt(at, (int) INT.get(from.bytes, at));
        }
        return clipped;
    }

    /**
     * The same counts under other caps.
     *
     * @param from for each cap of the new block, the cap of this one whose breaches it takes over; −1 for none
     */
    public WatchBlock withCaps(int[] from) {
        byte[] rearranged = Arrays.copyOf(bytes, BREACHES + 4 * from.length);
        rearranged[1] = (byte) from.length;
        for (int cap = 0; cap < from.length; cap++) {
            INT.set(rearranged, BREACHES + 4 * cap, from[cap] < 0 ? 0 : (int) INT.get(bytes, breachAt(from[cap])));
        }
        return new WatchBlock(rearranged);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof WatchBlock block && Arrays.equals(bytes, block.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    private int breachAt(int cap) {
        if (cap < 0 || cap >= caps()) {
            throw new IllegalArgumentException("no cap " + cap + " on a watch entry with " + caps());
        }
        return BREACHES + 4 * cap;
    }

    private int addLong(int at, long added) {
        long sum = (long) LONG.get(bytes, at);
        LONG.set(bytes, at, FixedPoint.add(sum, added));
        return FixedPoint.overflows(sum, added) ? 1 : 0;
    }

    private int addInt(int at, int added) {
        long sum = Integer.toUnsignedLong((int) INT.get(bytes, at)) + Integer.toUnsignedLong(added);
        boolean clip = sum > 0xffff_ffffL;
        INT.set(bytes, at, clip ? -1 : (int) sum);
        return clip ? 1 : 0;
    }
}
