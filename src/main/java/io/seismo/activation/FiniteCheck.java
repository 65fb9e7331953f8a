package io.seismo.activation;

import io.seismo.wire.Dtype;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Whether all elements are finite, from exponent bits alone, eight bytes at a time.
 *
 * <p>An element is infinite or NaN when all bits of its exponent are set. With {@code t} the inverted exponent bits of
 * each lane, adding 0x7f…f to a lane sets its top bit exactly when {@code t} is not zero, and no lane carries into the
 * next (Warren, "Hacker's Delight", 6-1).
 */
final class FiniteCheck {

    private static final long BF16 = 0x7f80_7f80_7f80_7f80L;
    private static final long F16 = 0x7c00_7c00_7c00_7c00L;
    private static final long F32 = 0x7f80_0000_7f80_0000L;
    private static final long TOP_16 = 0x8000_8000_8000_8000L;
    private static final long TOP_32 = 0x8000_0000_8000_0000L;

    private FiniteCheck() {}

    /** Whether every element from position to limit is finite; neither moves. */
    static boolean allFinite(ByteBuffer data, Dtype dtype) {
        return switch (dtype) {
            case DTYPE_BF16 -> lanes(data, BF16, TOP_16);
            case DTYPE_F16 -> lanes(data, F16, TOP_16);
            case DTYPE_F32 -> lanes(data, F32, TOP_32);
            case DTYPE_UNSPECIFIED, UNRECOGNIZED -> throw new IllegalArgumentException("no dtype given");
        };
    }

    private static boolean lanes(ByteBuffer data, long exponents, long tops) {
        ByteBuffer in = data.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        int at = in.position();
        int end = in.limit();
        long seen = tops;
        for (; at + 8 <= end; at += 8) {
            seen &= (~in.getLong(at) & exponents) + ~tops;
        }
        long rest = 0;
        for (int shift = 0; at < end; at++, shift += 8) {
            rest |= (in.get(at) & 0xffL) << shift;
        }
        seen &= (~rest & exponents) + ~tops;
        return (seen & tops) == tops;
    }
}
