package io.seismo.activation;

import io.seismo.encoder.Encoder;
import io.seismo.encoder.EncoderException;
import io.seismo.encoder.RowBlock;
import io.seismo.encoder.RowErrors;
import io.seismo.encoder.SparseRows;
import io.seismo.window.FixedPoint;
import io.seismo.window.MeanSquare;
import io.seismo.wire.Frame;
import io.seismo.wire.Segment;
import io.seismo.wire.SparseCodes;
import java.util.BitSet;

/**
 * Adds to sparse codes what the decoder leaves of their rows, summed up for each segment.
 *
 * <p>Each row is rounded by itself, so that cutting rows into other segments changes no sum.
 */
final class SegmentErrors {

    private final RowErrors errors = new RowErrors();

    /**
     * The same codes with their errors.
     *
     * @param rows of the frame at the encoder's tap
     * @param chosen rows that were encoded in full
     * @param fired on them
     */
    SparseCodes add(SparseCodes codes, Frame frame, Encoder encoder, RowBlock rows, BitSet chosen, SparseRows fired) {
        SparseCodes.Builder out = codes.toBuilder();
        errors.clear(rows.rows());
        if (!chosen.isEmpty()) {
            encoder.errors(rows, chosen, fired, errors);
        }
        int row = 0;
        for (Segment segment : frame.getSegmentsList()) {
            long error = 0;
            long deviation = 0;
            for (int end = row + segment.getRows(); row < end; row++) {
                requireFinite(codes.getEncoder(), errors.error(row) + errors.deviation(row));
                error = FixedPoint.add(error, MeanSquare.of(errors.error(row)));
                deviation = FixedPoint.add(deviation, MeanSquare.of(errors.deviation(row)));
            }
            out.addErrors(error).addDeviations(deviation);
        }
        return out.build();
    }

    private static void requireFinite(String encoder, double value) {
        if (!Double.isFinite(value)) {
            throw new EncoderException("encoder " + encoder + " gave a reconstruction that is not finite");
        }
    }
}
