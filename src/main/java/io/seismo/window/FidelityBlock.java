package io.seismo.window;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * How well an SAE describes its rows in one pane, over one byte array.
 *
 * <pre>
 *   0    u8   format version, 1
 *   1    i64  rows that were encoded in full
 *   9    i64  features that fired on them
 *  17    i64  rows that were also reconstructed
 *  25    i64  sum of their errors, {@link MeanSquare mean squares} of row minus reconstruction
 *  33    i64  sum of their deviations, mean squares of row minus what the decoder gives when nothing fires
 * </pre>
 *
 * <p>Little-endian; one form only, so equal content means equal bytes. All fields are sums of non-negative integers, so
 * merging is commutative and associative where it clips.
 */
public final class FidelityBlock {

    private static final int VERSION = 1;
    private static final int ROWS = 1;
    private static final int FIRED = 9;
    private static final int REBUILT = 17;
    private static final int ERROR = 25;
    private static final int DEVIATION = 33;
    private static final int SIZE = 41;
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final byte[] bytes;

    /** An empty block. */
    public FidelityBlock() {
        bytes = new byte[SIZE];
        bytes[0] = VERSION;
    }

    private FidelityBlock(byte[] bytes) {
        this.bytes = bytes;
    }

    /** A block over an array as {@link #bytes} or {@link #encode} gave it; the array is kept, not copied. */
    public static FidelityBlock wrap(byte[] bytes) {
        if (bytes.length != SIZE || bytes[0] != VERSION) {
            throw new IllegalArgumentException("not a fidelity block of version " + VERSION);
        }
        for (int at = ROWS; at < SIZE; at += Long.BYTES) {
            if ((long) LONG.get(bytes, at) < 0) {
                throw new IllegalArgumentException("fidelity block has a negative count or sum");
            }
        }
        return new FidelityBlock(bytes);
    }

    /** The block of an encoding; the array is copied. */
    public static FidelityBlock decode(byte[] encoded) {
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

    /**
     * Counts rows that were encoded in full.
     *
     * @param fired features that fired on them
     * @return how many sums clipped
     */
    public int addRows(long rows, long fired) {
        return add(ROWS, rows) + add(FIRED, fired);
    }

    /**
     * Counts rows that were reconstructed.
     *
     * @param error sum of mean squares
     * @param deviation sum of mean squares
     * @return how many sums clipped
     */
    public int addRebuilt(long rows, long error, long deviation) {
        return add(REBUILT, rows) + add(ERROR, error) + add(DEVIATION, deviation);
    }

    /** Rows that were encoded in full. */
    public long rows() {
        return get(ROWS);
    }

    /** Features that fired on them. */
    public long fired() {
        return get(FIRED);
    }

    /** Rows that were reconstructed. */
    public long rebuilt() {
        return get(REBUILT);
    }

    /** Sum of errors, in units of {@link MeanSquare}. */
    public long error() {
        return get(ERROR);
    }

    /** Sum of deviations, in units of {@link MeanSquare}. */
    public long deviation() {
        return get(DEVIATION);
    }

    /**
     * Merges another block into this one.
     *
     * @return how many sums clipped
     */
    public int merge(FidelityBlock from) {
        int clipped = 0;
        for (int at = ROWS; at < SIZE; at += Long.BYTES) {
            clipped += add(at, from.get(at));
        }
        return clipped;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FidelityBlock block && Arrays.equals(bytes, block.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    private long get(int at) {
        return (long) LONG.get(bytes, at);
    }

    private int add(int at, long added) {
        long sum = get(at);
        LONG.set(bytes, at, FixedPoint.add(sum, added));
        return FixedPoint.overflows(sum, added) ? 1 : 0;
    }
}
