package io.seismo.window;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Statistics of 256 neighbouring features in one pane, over one byte array.
 *
 * <pre>
 * dense, 5,122 bytes: the array that is updated in place
 *   0     u8   format version, 1
 *   1     u8   form, 0
 *   2 + 20·i   feature i of the block, 0..255
 *     +0  u32  tokens: firings on fully encoded rows
 *     +4  u32  requests: sampled requests in which the feature fired, in the pane of its first firing
 *     +8  i64  sum of activations, fixed point in units of 2⁻¹⁶, ≥ 0
 *     +16 f32  largest activation, ≥ +0
 *
 * sparse, 4 + 21·n bytes: sent and digested when that is smaller, which is for n ≤ 243
 *   0     u8   format version, 1
 *   1     u8   form, 1
 *   2     u16  n, features that are not all zero
 *   4 + 21·k   u8 index, ascending, then the 20 bytes of the feature
 * </pre>
 *
 * <p>All numbers are little-endian. Additions clip at the largest value and say so. The canonical form is the smaller
 * one; decoding refuses the other, so equal content means equal bytes.
 */
public final class FeatureBlock {

    /** Features in a block. */
    public static final int SIZE = 256;

    /** Bytes of the dense form. */
    public static final int DENSE_BYTES = 2 + 20 * SIZE;

    private static final int VERSION = 1;
    private static final int DENSE = 0;
    private static final int SPARSE = 1;
    private static final int HEADER = 2;
    private static final int ENTRY = 20;
    private static final int REQUESTS = 4;
    private static final int SUM = 8;
    private static final int MAX = 16;
    private static final int SPARSE_HEADER = 4;
    private static final int SPARSE_ENTRY = ENTRY + 1;
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final byte[] bytes;

    /** A block in which nothing fired. */
    public FeatureBlock() {
        bytes = new byte[DENSE_BYTES];
        bytes[0] = VERSION;
        bytes[1] = DENSE;
    }

    private FeatureBlock(byte[] dense) {
        bytes = dense;
    }

    /** A block over a dense array as {@link #bytes} gave it, canonical or not; the array is kept, not copied. */
    public static FeatureBlock wrap(byte[] dense) {
        if (dense.length != DENSE_BYTES || dense[0] != VERSION || dense[1] != DENSE) {
            throw new IllegalArgumentException("not a dense feature block of version " + VERSION);
        }
        requireEntries(dense, HEADER, ENTRY, SIZE);
        return new FeatureBlock(dense);
    }

    /** The block of a canonical encoding. */
    public static FeatureBlock decode(byte[] encoded) {
        FeatureBlock block = new FeatureBlock();
        block.merge(encoded);
        return block;
    }

    /** The array that is updated in place: dense, reused, valid for {@link #wrap}. */
    public byte[] bytes() {
        return bytes;
    }

    /**
     * Counts a firing of a feature; a value that is not above 0 is no firing and changes nothing.
     *
     * @param feature index within the block, 0..255
     * @param value activation
     * @return how many of the sums clipped, 0 to 2
     */
    public int addToken(int feature, float value) {
        if (!(value > 0)) {
            return 0;
        }
        int at = HEADER + feature * ENTRY;
        int clipped = increment(at);
        long sum = (long) LONG.get(bytes, at + SUM);
        long added = FixedPoint.of(value);
        if (FixedPoint.overflows(sum, added)) {
            clipped++;
        }
        LONG.set(bytes, at + SUM, FixedPoint.add(sum, added));
        // Floats that are not negative order as their bits do.
        int bits = Float.floatToRawIntBits(value);
        if (bits > (int) INT.get(bytes, at + MAX)) {
            INT.set(bytes, at + MAX, bits);
        }
        return clipped;
    }

    /**
     * Counts a request in which a feature fired.
     *
     * @return 1 when the count clipped, else 0
     */
    public int addRequest(int feature) {
        return increment(HEADER + feature * ENTRY + REQUESTS);
    }

    /** Firings on fully encoded rows. */
    public long tokens(int feature) {
        return Integer.toUnsignedLong((int) INT.get(bytes, HEADER + feature * ENTRY));
    }

    /** Sampled requests in which the feature fired. */
    public long requests(int feature) {
        return Integer.toUnsignedLong((int) INT.get(bytes, HEADER + feature * ENTRY + REQUESTS));
    }

    /** Sum of activations in units of 2⁻¹⁶. */
    public long sum(int feature) {
        return (long) LONG.get(bytes, HEADER + feature * ENTRY + SUM);
    }

    /** Largest activation; 0 when the feature did not fire. */
    public float max(int feature) {
        return Float.intBitsToFloat((int) INT.get(bytes, HEADER + feature * ENTRY + MAX));
    }

    /** Whether nothing fired. */
    public boolean isEmpty() {
        return entries() == 0;
    }

    /**
     * Merges another block into this one.
     *
     * @return how many sums clipped
     */
    public int merge(FeatureBlock from) {
        int clipped = 0;
        for (int feature = 0; feature < SIZE; feature++) {
            clipped += mergeEntry(feature, from.bytes, HEADER + feature * ENTRY);
        }
        return clipped;
    }

    /**
     * Merges a canonical encoding into this block, without building the other block.
     *
     * @return how many sums clipped
     */
    public int merge(byte[] encoded) {
        int entries = requireCanonical(encoded);
        boolean dense = encoded[1] == DENSE;
        int clipped = 0;
        for (int k = 0; k < entries; k++) {
            int at = dense ? HEADER + k * ENTRY : SPARSE_HEADER + k * SPARSE_ENTRY + 1;
            clipped += mergeEntry(dense ? k : encoded[at - 1] & 0xff, encoded, at);
        }
        return clipped;
    }

    /** The canonical encoding: a fresh array, sparse or dense, whichever is smaller. */
    public byte[] encode() {
        int entries = entries();
        if (SPARSE_HEADER + entries * SPARSE_ENTRY >= DENSE_BYTES) {
            return bytes.clone();
        }
        byte[] sparse = new byte[SPARSE_HEADER + entries * SPARSE_ENTRY];
        sparse[0] = VERSION;
        sparse[1] = SPARSE;
        sparse[2] = (byte) entries;
        sparse[3] = (byte) (entries >>> 8);
        int at = SPARSE_HEADER;
        for (int feature = 0; feature < SIZE; feature++) {
            int from = HEADER + feature * ENTRY;
            if (present(bytes, from)) {
                sparse[at] = (byte) feature;
                System.arraycopy(bytes, from, sparse, at + 1, ENTRY);
                at += SPARSE_ENTRY;
            }
        }
        return sparse;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FeatureBlock block && Arrays.equals(bytes, block.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    private int entries() {
        int entries = 0;
        for (int feature = 0; feature < SIZE; feature++) {
            if (present(bytes, HEADER + feature * ENTRY)) {
                entries++;
            }
        }
        return entries;
    }

    private int increment(int at) {
        int count = (int) INT.get(bytes, at);
        if (count == -1) {
            return 1;
        }
        INT.set(bytes, at, count + 1);
        return 0;
    }

    private int mergeEntry(int feature, byte[] from, int source) {
        int at = HEADER + feature * ENTRY;
        int clipped = mergeCount(at, (int) INT.get(from, source));
        clipped += mergeCount(at + REQUESTS, (int) INT.get(from, source + REQUESTS));
        long sum = (long) LONG.get(bytes, at + SUM);
        long added = (long) LONG.get(from, source + SUM);
        if (FixedPoint.overflows(sum, added)) {
            clipped++;
        }
        LONG.set(bytes, at + SUM, FixedPoint.add(sum, added));
        int bits = (int) INT.get(from, source + MAX);
        if (bits > (int) INT.get(bytes, at + MAX)) {
            INT.set(bytes, at + MAX, bits);
        }
        return clipped;
    }

    private int mergeCount(int at, int added) {
        long sum = Integer.toUnsignedLong((int) INT.get(bytes, at)) + Integer.toUnsignedLong(added);
        boolean clip = sum > 0xffff_ffffL;
        INT.set(bytes, at, clip ? -1 : (int) sum);
        return clip ? 1 : 0;
    }

    private static boolean present(byte[] array, int at) {
        return ((long) LONG.get(array, at) | (long) LONG.get(array, at + SUM) | (int) INT.get(array, at + MAX)) != 0;
    }

    /** Checks an encoding and gives its number of entries: n when sparse, all when dense. */
    private static int requireCanonical(byte[] encoded) {
        if (encoded.length < SPARSE_HEADER || encoded[0] != VERSION) {
            throw new IllegalArgumentException("not a feature block of version " + VERSION);
        }
        return switch (encoded[1]) {
            case DENSE -> requireDense(encoded);
            case SPARSE -> requireSparse(encoded);
            default -> throw new IllegalArgumentException("feature block of unknown form " + encoded[1]);
        };
    }

    private static int requireDense(byte[] encoded) {
        FeatureBlock block = wrap(encoded);
        if (SPARSE_HEADER + block.entries() * SPARSE_ENTRY < DENSE_BYTES) {
            throw new IllegalArgumentException("feature block is dense where sparse is smaller");
        }
        return SIZE;
    }

    private static int requireSparse(byte[] encoded) {
        int entries = (encoded[2] & 0xff) | (encoded[3] & 0xff) << 8;
        int length = SPARSE_HEADER + entries * SPARSE_ENTRY;
        if (encoded.length != length || length >= DENSE_BYTES) {
            throw new IllegalArgumentException("sparse feature block of " + entries + " entries has a wrong length");
        }
        int previous = -1;
        for (int k = 0; k < entries; k++) {
            int at = SPARSE_HEADER + k * SPARSE_ENTRY;
            int feature = encoded[at] & 0xff;
            if (feature <= previous || !present(encoded, at + 1)) {
                throw new IllegalArgumentException("sparse feature block is not ascending, or has an empty entry");
            }
            previous = feature;
        }
        requireEntries(encoded, SPARSE_HEADER + 1, SPARSE_ENTRY, entries);
        return entries;
    }

    private static void requireEntries(byte[] array, int first, int stride, int entries) {
        for (int k = 0; k < entries; k++) {
            int at = first + k * stride;
            int max = (int) INT.get(array, at + MAX);
            if ((long) LONG.get(array, at + SUM) < 0 || max < 0 || max > 0x7f80_0000) {
                throw new IllegalArgumentException("feature block has a negative sum or a maximum that is no number");
            }
        }
    }
}
