package io.seismo.activation;

import io.seismo.encoder.SparseRows;
import io.seismo.spec.MonitorPlan;
import io.seismo.spec.TapPlan;
import io.seismo.spec.TapPlan.EncoderPlan;
import io.seismo.wire.EncodedRows;
import io.seismo.wire.Frame;
import io.seismo.wire.Reason;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Locale;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Holds rows that were encoded elsewhere against the plan, and reads them.
 *
 * <p>Hook, digest of the weights, units and width must be those of an encoder of the plan, so that a number is never taken
 * for another. Every encoder on the hook must have been sent, but for heads on features, which are computed here from the
 * pairs. A plan whose weights were never read has no digest, and then nothing can be held against it: that is refused.
 */
final class EncodedCheck {

    private static final String FEATURE_UNITS = "activation";

    private final MonitorPlan plan;

    EncodedCheck(MonitorPlan plan) {
        this.plan = plan;
    }

    /** Whether a tap's hook comes encoded. */
    static boolean encoded(Frame frame, TapPlan tap) {
        for (EncodedRows rows : frame.getEncodedList()) {
            if (rows.getHook().equals(tap.hook())) {
                return true;
            }
        }
        return false;
    }

    /** What an encoder of a tap gave elsewhere, or {@code null}. */
    static @Nullable EncodedRows rows(Frame frame, TapPlan tap, EncoderPlan encoder) {
        for (EncodedRows rows : frame.getEncodedList()) {
            if (rows.getHook().equals(tap.hook()) && fits(rows, encoder)) {
                return rows;
            }
        }
        return null;
    }

    private static boolean fits(EncodedRows rows, EncoderPlan encoder) {
        return !encoder.weights().isEmpty()
                && encoder.weights().equals(rows.getWeights())
                && units(encoder).equals(rows.getUnits())
                && encoder.width() == rows.getWidth();
    }

    private static String units(EncoderPlan encoder) {
        return encoder.probe() ? encoder.reads().score().name().toLowerCase(Locale.ROOT) : FEATURE_UNITS;
    }

    /** Norms of a tap's rows; empty when none came. */
    static double[] norms(Frame frame, TapPlan tap) {
        for (EncodedRows rows : frame.getEncodedList()) {
            if (rows.getHook().equals(tap.hook()) && !rows.getNorms().isEmpty()) {
                ByteBuffer bytes = rows.getNorms().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
                double[] norms = new double[rows.getRows()];
                bytes.asDoubleBuffer().get(norms);
                return norms;
            }
        }
        return new double[0];
    }

    /** The pairs of rows that {@link #contents} let pass. */
    static SparseRows pairs(EncodedRows rows) {
        SparseRows pairs = new SparseRows();
        ByteBuffer counts = rows.getCounts().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer indices = rows.getIndices().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer values = rows.getValues().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        for (int row = 0; row < rows.getRows(); row++) {
            for (int left = counts.getShort() & 0xffff; left > 0; left--) {
                pairs.add(indices.getInt(), values.getFloat());
            }
            pairs.endRow();
        }
        return pairs;
    }

    /** MANIFEST, NOT_ENCODED. */
    @Nullable
    Fault manifest(Frame frame) {
        for (EncodedRows rows : frame.getEncodedList()) {
            if (encoder(rows) == null) {
                return new Fault(
                        Reason.REASON_MANIFEST,
                        "weights, units or width of encoded rows are those of no encoder on their hook; compare with"
                                + " seismo sae inspect");
            }
        }
        for (TapPlan tap : plan.taps()) {
            Fault fault = encoded(frame, tap) ? complete(frame, tap) : null;
            if (fault != null) {
                return fault;
            }
        }
        return null;
    }

    private @Nullable EncoderPlan encoder(EncodedRows rows) {
        for (TapPlan tap : plan.taps()) {
            for (EncoderPlan encoder : tap.encoders()) {
                if (tap.hook().equals(rows.getHook()) && fits(rows, encoder)) {
                    return encoder;
                }
            }
        }
        return null;
    }

    private @Nullable Fault complete(Frame frame, TapPlan tap) {
        for (TapPlan home : plan.taps()) {
            for (EncoderPlan encoder : home.encoders()) {
                boolean reads = encoder.taps(home.name()).contains(tap.name());
                if (reads && !encoder.reads().onFeatures() && rows(frame, home, encoder) == null) {
                    return new Fault(
                            Reason.REASON_NOT_ENCODED,
                            "encoder " + encoder.name() + " of the spec was not sent; send it, or the rows");
                }
            }
        }
        boolean norms = frame.getEncodedList().stream()
                .anyMatch(rows -> rows.getHook().equals(tap.hook())
                        && (rows.getRows() == 0 || !rows.getNorms().isEmpty()));
        return tap.sinkNorm() > 0 && !norms
                ? new Fault(
                        Reason.REASON_NOT_ENCODED, "tap " + tap.name() + " skips sinks, and no norms of rows were sent")
                : null;
    }

    /** LENGTH, CHECKSUM, SHAPE, NON_FINITE of each. */
    @Nullable
    Fault contents(Frame frame) {
        for (EncodedRows rows : frame.getEncodedList()) {
            EncoderPlan encoder = encoder(rows);
            Fault fault = lengths(rows);
            if (fault == null && crc32c(rows) != rows.getCrc32C()) {
                fault = new Fault(
                        Reason.REASON_CHECKSUM, "crc32c is not the CRC-32C of counts, indices, values and norms");
            }
            if (fault == null && encoder != null) {
                fault = pairs(rows, encoder);
            }
            if (fault != null) {
                return fault;
            }
        }
        return null;
    }

    private static @Nullable Fault lengths(EncodedRows rows) {
        long total = 0;
        boolean sound = rows.getCounts().size() == Integer.toUnsignedLong(rows.getRows()) * Short.BYTES;
        ByteBuffer counts = rows.getCounts().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        for (int row = 0; sound && row < rows.getRows(); row++) {
            total += counts.getShort() & 0xffff;
        }
        sound &= rows.getIndices().size() == total * Integer.BYTES;
        sound &= rows.getValues().size() == total * Float.BYTES;
        sound &= rows.getNorms().isEmpty()
                || rows.getNorms().size() == Integer.toUnsignedLong(rows.getRows()) * Double.BYTES;
        return sound
                ? null
                : new Fault(Reason.REASON_LENGTH, "counts, indices, values and norms of encoded rows do not match");
    }

    private static int crc32c(EncodedRows rows) {
        CRC32C crc = new CRC32C();
        crc.update(rows.getCounts().asReadOnlyByteBuffer());
        crc.update(rows.getIndices().asReadOnlyByteBuffer());
        crc.update(rows.getValues().asReadOnlyByteBuffer());
        crc.update(rows.getNorms().asReadOnlyByteBuffer());
        return (int) crc.getValue();
    }

    private static @Nullable Fault pairs(EncodedRows encoded, EncoderPlan encoder) {
        SparseRows pairs = pairs(encoded);
        for (int row = 0; row < pairs.rows(); row++) {
            int previous = -1;
            for (int k = pairs.start(row); k < pairs.end(row); k++) {
                boolean fires = encoder.probe() || pairs.value(k) > 0 || Float.isNaN(pairs.value(k));
                if (pairs.feature(k) <= previous || pairs.feature(k) >= encoder.width() || !fires) {
                    return new Fault(
                            Reason.REASON_SHAPE,
                            "pairs of a row must ascend within the width, and features be above 0");
                }
                if (!Float.isFinite(pairs.value(k))) {
                    return new Fault(Reason.REASON_NON_FINITE, "values hold an infinity or NaN");
                }
                previous = pairs.feature(k);
            }
            if (encoder.probe() && pairs.end(row) - pairs.start(row) != encoder.width()) {
                return new Fault(Reason.REASON_SHAPE, "a probe sends every output of every row");
            }
        }
        ByteBuffer norms = encoded.getNorms().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        while (norms.hasRemaining()) {
            double norm = norms.getDouble();
            if (!(norm >= 0) || Double.isInfinite(norm)) {
                return new Fault(Reason.REASON_NON_FINITE, "norms hold a value that is none");
            }
        }
        return null;
    }
}
