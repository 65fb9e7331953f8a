package io.seismo.activation;

import com.google.protobuf.UnsafeByteOperations;
import io.seismo.encoder.Encoder;
import io.seismo.encoder.EncoderException;
import io.seismo.encoder.RowBlock;
import io.seismo.encoder.SparseRows;
import io.seismo.spec.TapPlan.EncoderPlan;
import io.seismo.wire.SparseCodes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.BitSet;

/** Runs an encoder's full graph on chosen rows and packs what fired; values that are not above 0 are no firings. */
final class SparseCodesWriter {

    /** Count of a row that was not encoded. */
    static final int NOT_ENCODED = 0xffff;

    private final SparseRows fired = new SparseRows();

    SparseCodes write(EncoderPlan plan, Encoder encoder, RowBlock rows, BitSet chosen) {
        fired.clear();
        if (!chosen.isEmpty()) {
            encoder.full(rows, chosen, fired);
            if (fired.rows() != rows.rows()) {
                throw new EncoderException(
                        "encoder " + plan.name() + " gave " + fired.rows() + " rows, not " + rows.rows());
            }
        }
        return pack(plan, fired, rows.rows(), chosen);
    }

    /** What fired in the rows that were written last, until the next are. */
    SparseRows fired() {
        return fired;
    }

    /** Packs chosen rows of what was encoded already. */
    static SparseCodes pack(EncoderPlan plan, SparseRows fired, int rows, BitSet chosen) {
        ByteBuffer counts = little(rows * Short.BYTES);
        int total = 0;
        for (int row = 0; row < rows; row++) {
            int count = chosen.get(row) ? firings(plan, fired, row) : NOT_ENCODED;
            counts.putShort((short) count);
            total += chosen.get(row) ? count : 0;
        }
        ByteBuffer indices = little(total * Integer.BYTES);
        ByteBuffer values = little(total * Float.BYTES);
        for (int row = chosen.nextSetBit(0); row >= 0; row = chosen.nextSetBit(row + 1)) {
            for (int k = fired.start(row); k < fired.end(row); k++) {
                if (fired.value(k) > 0) {
                    indices.putInt(fired.feature(k));
                    values.putFloat(fired.value(k));
                }
            }
        }
        return SparseCodes.newBuilder()
                .setEncoder(plan.name())
                .setCounts(UnsafeByteOperations.unsafeWrap(counts.array()))
                .setIndices(UnsafeByteOperations.unsafeWrap(indices.array()))
                .setValues(UnsafeByteOperations.unsafeWrap(values.array()))
                .build();
    }

    private static int firings(EncoderPlan plan, SparseRows fired, int row) {
        int count = 0;
        int previous = -1;
        for (int k = fired.start(row); k < fired.end(row); k++) {
            int feature = fired.feature(k);
            if (!Float.isFinite(fired.value(k)) || feature <= previous || feature >= plan.width()) {
                throw new EncoderException("encoder " + plan.name()
                        + " gave a feature out of order or range, or a value that is not finite");
            }
            previous = feature;
            count += fired.value(k) > 0 ? 1 : 0;
        }
        if (count >= NOT_ENCODED) {
            throw new EncoderException("encoder " + plan.name() + " fires 65,535 features or more on one row");
        }
        return count;
    }

    private static ByteBuffer little(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
