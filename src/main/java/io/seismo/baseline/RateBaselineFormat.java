package io.seismo.baseline;

import io.seismo.baseline.RateBaseline.Bucket;
import io.seismo.baseline.RateBaseline.Learned;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A baseline as bytes, big-endian. The policy is not stored: it belongs to the epoch.
 *
 * <pre>
 *   0        1          9         17        25        33        41         49       57
 *   | ver=1  | fired f64 | seen f64 | windows f64 | pearson f64 | requests i64 | coveredMs i64 | lastMs i64 |
 *   57       58                                                       82
 *   | hasRef | fired f64 | seen f64 | setMs i64   (only if hasRef = 1) |
 *   then     u16 buckets, each 40 bytes: startMs i64 | fired i64 | seen i64 | windows i64 | pearson f64
 * </pre>
 *
 * Sums are weighted, see {@link RateBaseline}; {@code lastMs} is the smallest long while nothing was absorbed.
 */
public final class RateBaselineFormat {

    /** The version written. */
    public static final byte VERSION = 1;

    private static final int HEAD = 58;
    private static final int REFERENCE = 24;
    private static final int BUCKET = 40;

    private RateBaselineFormat() {}

    /** The bytes of a baseline. */
    public static byte[] write(RateBaseline baseline) {
        Reference reference = baseline.reference();
        int size = HEAD + (reference == null ? 0 : REFERENCE) + 2 + BUCKET * baseline.waitingBuckets();
        ByteBuffer out = ByteBuffer.allocate(size);
        writeLearned(out.put(VERSION), baseline.learned());
        out.put((byte) (reference == null ? 0 : 1));
        if (reference != null) {
            out.putDouble(reference.fired()).putDouble(reference.seen()).putLong(reference.setMs());
        }
        out.putShort((short) baseline.waitingBuckets());
        for (Bucket bucket : baseline.waiting()) {
            out.putLong(bucket.startMs()).putLong(bucket.fired()).putLong(bucket.seen());
            out.putLong(bucket.windows()).putDouble(bucket.pearson());
        }
        return out.array();
    }

    /**
     * The baseline of those bytes.
     *
     * @throws IllegalArgumentException when the bytes are of an unknown version or cut short
     */
    public static RateBaseline read(RatePolicy policy, byte[] bytes) {
        if (bytes.length < HEAD + 2 || bytes[0] != VERSION) {
            throw new IllegalArgumentException("not a baseline of version " + VERSION);
        }
        ByteBuffer in = ByteBuffer.wrap(bytes, 1, bytes.length - 1);
        Learned learned = readLearned(in);
        Reference reference = readReference(in);
        int buckets = in.remaining() < 2 ? -1 : Short.toUnsignedInt(in.getShort());
        if (in.remaining() != buckets * BUCKET) {
            throw new IllegalArgumentException("a baseline of " + bytes.length + " bytes is cut short or too long");
        }
        List<Bucket> waiting = new ArrayList<>(buckets);
        for (int i = 0; i < buckets; i++) {
            waiting.add(new Bucket(in.getLong(), in.getLong(), in.getLong(), in.getLong(), in.getDouble()));
        }
        return RateBaseline.restored(policy, learned, reference, waiting);
    }

    private static void writeLearned(ByteBuffer out, Learned learned) {
        out.putDouble(learned.fired()).putDouble(learned.seen());
        out.putDouble(learned.windows()).putDouble(learned.pearson());
        out.putLong(learned.requests()).putLong(learned.coveredMs()).putLong(learned.lastMs());
    }

    private static Learned readLearned(ByteBuffer in) {
        Learned learned = new Learned(
                in.getDouble(),
                in.getDouble(),
                in.getDouble(),
                in.getDouble(),
                in.getLong(),
                in.getLong(),
                in.getLong());
        return learned.equals(Learned.NOTHING) ? Learned.NOTHING : learned;
    }

    private static @Nullable Reference readReference(ByteBuffer in) {
        if (in.get() == 0) {
            return null;
        }
        if (in.remaining() < REFERENCE) {
            throw new IllegalArgumentException("a baseline's reference is cut short");
        }
        return new Reference(in.getDouble(), in.getDouble(), in.getLong());
    }
}
