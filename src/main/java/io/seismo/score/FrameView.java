package io.seismo.score;

import com.google.protobuf.ByteString;
import io.seismo.window.FeatureBlock;
import io.seismo.wire.EncodedFrame;
import io.seismo.wire.Segment;
import io.seismo.wire.SparseCodes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * An encoded frame laid out for reading row by row, in reused arrays.
 *
 * <p>{@link #load} checks every length and index first and throws {@link IllegalArgumentException} before anything was
 * counted: a record of {@code features} that breaks its own form was not written by ENCODE.
 */
final class FrameView {

    private static final int NOT_ENCODED = 0xffff;

    /** By the byte of {@code EncodedFrame.row_kinds}. */
    private static final byte CANARY = 5;

    private float[] watched = new float[0];
    private int columns;
    private int rows;
    private Codes[] codes = new Codes[0];
    private ByteString kinds = ByteString.EMPTY;

    void load(EncodedFrame frame, ScorePlan plan) {
        kinds = frame.getRowKinds();
        rows = kinds.size();
        columns = plan.plan().columns().size();
        long claimed = 0;
        for (Segment segment : frame.getSegmentsList()) {
            claimed += Integer.toUnsignedLong(segment.getRows());
        }
        require(claimed == rows, "rows");
        for (int row = 0; row < rows; row++) {
            require(kinds.byteAt(row) >= 0 && kinds.byteAt(row) < Totals.kinds(), "row_kinds");
        }
        loadWatched(frame.getWatched());
        loadCodes(frame, plan.encoders());
    }

    int rows() {
        return rows;
    }

    byte kind(int row) {
        return kinds.byteAt(row);
    }

    /** Whether a row is of a canary that matched; then its whole segment is. */
    boolean canary(int row) {
        return kinds.byteAt(row) == CANARY;
    }

    float[] watched() {
        return watched;
    }

    /** Index in {@link #watched()} of a row's first column. */
    int watchedRow(int row) {
        return row * columns;
    }

    /** Firings of an encoder, by its place in the plan. */
    Codes codes(int encoder) {
        return codes[encoder];
    }

    private void loadWatched(ByteString bytes) {
        require(bytes.size() == (long) rows * columns * Float.BYTES, "watched");
        int size = rows * columns;
        if (watched.length < size) {
            watched = new float[size];
        }
        bytes.asReadOnlyByteBuffer()
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer()
                .get(watched, 0, size);
        for (int i = 0; i < size; i++) {
            // Rows that are not scored may hold anything; scored ones are finite, and stay so whoever wrote them.
            if (!Float.isFinite(watched[i])) {
                watched[i] = Float.isNaN(watched[i]) ? 0 : Math.copySign(Float.MAX_VALUE, watched[i]);
            }
        }
    }

    private void loadCodes(EncodedFrame frame, ScorePlan.Features[] encoders) {
        if (codes.length != encoders.length) {
            codes = new Codes[encoders.length];
            for (int i = 0; i < codes.length; i++) {
                codes[i] = new Codes();
            }
        }
        require(rows == 0 || frame.getCodesCount() == encoders.length, "codes");
        for (int i = 0; rows > 0 && i < encoders.length; i++) {
            require(frame.getCodes(i).getEncoder().equals(encoders[i].name), "codes.encoder");
            codes[i].load(frame.getCodes(i), rows, encoders[i].width);
            codes[i].loadErrors(frame.getCodes(i), frame.getSegmentsList());
        }
    }

    private static void require(boolean holds, String field) {
        if (!holds) {
            throw new IllegalArgumentException("record of features breaks its form in " + field);
        }
    }

    /** What fired in the rows of one encoder. */
    static final class Codes {

        private int[] ends = new int[0];
        private int[] encoded = new int[0];
        private int[] indices = new int[0];
        private float[] values = new float[0];
        private long[] errors = new long[0];
        private long[] deviations = new long[0];
        private boolean rebuilt;

        int start(int row) {
            return row == 0 ? 0 : ends[row - 1];
        }

        int end(int row) {
            return ends[row];
        }

        /** Rows from {@code first} to before {@code end} that were encoded in full. */
        int encoded(int first, int end) {
            return (end == 0 ? 0 : encoded[end - 1]) - (first == 0 ? 0 : encoded[first - 1]);
        }

        /** Whether those rows were also reconstructed. */
        boolean rebuilt() {
            return rebuilt;
        }

        /** Sum of errors over the segment that starts at a row. */
        long error(int first) {
            return errors[first];
        }

        /** Sum of deviations over the segment that starts at a row. */
        long deviation(int first) {
            return deviations[first];
        }

        /** Of a firing. */
        int feature(int entry) {
            return indices[entry];
        }

        /** Of a firing; above 0. */
        float value(int entry) {
            return values[entry];
        }

        /** First entry from {@code entry} to {@code end} whose feature lies in another block; {@code end} when none. */
        int endOfBlock(int entry, int end) {
            int block = indices[entry] / FeatureBlock.SIZE;
            int next = entry + 1;
            while (next < end && indices[next] / FeatureBlock.SIZE == block) {
                next++;
            }
            return next;
        }

        private void load(SparseCodes sparse, int rows, int width) {
            require(sparse.getCounts().size() == rows * Short.BYTES, "codes.counts");
            if (ends.length < rows) {
                ends = new int[rows];
                encoded = new int[rows];
                errors = new long[rows];
                deviations = new long[rows];
            }
            int total = 0;
            int before = 0;
            ByteBuffer counts = little(sparse.getCounts());
            for (int row = 0; row < rows; row++) {
                total += count(counts, row);
                before += (counts.getShort(row * Short.BYTES) & 0xffff) == NOT_ENCODED ? 0 : 1;
                encoded[row] = before;
            }
            require(sparse.getIndices().size() == (long) total * Integer.BYTES, "codes.indices");
            require(sparse.getValues().size() == (long) total * Float.BYTES, "codes.values");
            if (indices.length < total) {
                indices = new int[total];
                values = new float[total];
            }
            // Whole arrays at a time: a call into a read-only buffer for every firing costs more than the copy.
            little(sparse.getIndices()).asIntBuffer().get(indices, 0, total);
            little(sparse.getValues()).asFloatBuffer().get(values, 0, total);
            keepFirings(counts, rows, width);
        }

        /** One of each a segment, or none at all. */
        private void loadErrors(SparseCodes sparse, List<Segment> segments) {
            rebuilt = sparse.getErrorsCount() > 0;
            boolean told = sparse.getErrorsCount() == segments.size() && sparse.getDeviationsCount() == segments.size();
            require(told || (!rebuilt && sparse.getDeviationsCount() == 0), "codes.errors");
            int row = 0;
            for (int i = 0; rebuilt && i < segments.size(); i++) {
                require(sparse.getErrors(i) >= 0 && sparse.getDeviations(i) >= 0, "codes.errors");
                if (segments.get(i).getRows() > 0) {
                    errors[row] = sparse.getErrors(i);
                    deviations[row] = sparse.getDeviations(i);
                    row += segments.get(i).getRows();
                }
            }
        }

        private static int count(ByteBuffer counts, int row) {
            int count = counts.getShort(row * Short.BYTES) & 0xffff;
            return count == NOT_ENCODED ? 0 : count;
        }

        /** Checks every index, and moves together what fired: a value that is not above 0 is no firing. */
        private void keepFirings(ByteBuffer counts, int rows, int width) {
            int from = 0;
            int kept = 0;
            for (int row = 0; row < rows; row++) {
                for (int end = from + count(counts, row); from < end; from++) {
                    int feature = indices[from];
                    float value = values[from];
                    require(feature >= 0 && feature < width, "codes.indices");
                    indices[kept] = feature;
                    values[kept] = value;
                    kept += value > 0 ? 1 : 0;
                }
                ends[row] = kept;
            }
        }

        private static ByteBuffer little(ByteString bytes) {
            return bytes.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        }
    }
}
