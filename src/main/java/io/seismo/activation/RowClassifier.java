package io.seismo.activation;

import com.google.protobuf.ByteString;
import io.seismo.encoder.RowBlock;
import io.seismo.spec.TapPlan;
import io.seismo.spec.TapPlan.EncoderPlan;
import io.seismo.window.RequestSample;
import io.seismo.wire.CanaryFinding;
import io.seismo.wire.CanaryVerdict;
import io.seismo.wire.Frame;
import io.seismo.wire.Segment;
import io.seismo.wire.Tensor;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/** Decides the {@link RowKinds kind} of each row; a row that any tap excludes is excluded. */
final class RowClassifier {

    private final List<TapPlan> taps;
    private final boolean skipSpecial;
    private final boolean skipFirst;

    RowClassifier(List<TapPlan> taps) {
        this.taps = taps;
        this.skipSpecial = taps.stream().anyMatch(TapPlan::skipSpecial);
        this.skipFirst = taps.stream().anyMatch(TapPlan::skipFirst);
    }

    /** One byte a row of the frame. */
    byte[] kinds(Frame frame) {
        int rows = 0;
        for (Segment segment : frame.getSegmentsList()) {
            rows += segment.getRows();
        }
        byte[] kinds = new byte[rows];
        int row = 0;
        for (Segment segment : frame.getSegmentsList()) {
            ByteString said = segment.getRowKinds();
            for (int i = 0; i < segment.getRows(); i++) {
                kinds[row++] = kind(said.isEmpty() ? RowKinds.SCORED : said.byteAt(i), segment.getStartPosition() + i);
            }
        }
        for (TapPlan tap : taps) {
            Tensor tensor = PayloadCheck.tensor(frame, tap);
            if (tensor != null && tap.sinkNorm() > 0) {
                markSinks(FeatureEncoder.rows(tensor, tap), tap.sinkNorm(), kinds);
            } else if (tap.sinkNorm() > 0) {
                markSinks(EncodedCheck.norms(frame, tap), tap.sinkNorm(), kinds);
            }
        }
        return kinds;
    }

    /** Marks the rows of canaries that match, whatever else they are. */
    static void markCanaries(Frame frame, List<CanaryVerdict> canaries, byte[] kinds) {
        for (CanaryVerdict canary : canaries) {
            if (canary.getFinding() == CanaryFinding.CANARY_FINDING_MATCH) {
                int first = 0;
                for (int i = 0; i < canary.getSegment(); i++) {
                    first += frame.getSegments(i).getRows();
                }
                int rows = frame.getSegments(canary.getSegment()).getRows();
                Arrays.fill(kinds, first, first + rows, RowKinds.CANARY);
            }
        }
    }

    /** Scored rows of the requests that an encoder's full graph samples. */
    static BitSet sampled(Frame frame, byte[] kinds, EncoderPlan encoder) {
        RequestSample sample = new RequestSample(encoder.fullFraction());
        BitSet chosen = new BitSet(kinds.length);
        int row = 0;
        for (Segment segment : frame.getSegmentsList()) {
            boolean included = segment.getRows() > 0 && sample.includes(segment.getRequestId());
            for (int i = 0; i < segment.getRows(); i++, row++) {
                if (included && kinds[row] == RowKinds.SCORED) {
                    chosen.set(row);
                }
            }
        }
        return chosen;
    }

    private byte kind(byte said, int position) {
        if (said == RowKinds.PADDING) {
            return RowKinds.PADDING;
        }
        if (said == RowKinds.SPECIAL && skipSpecial) {
            return RowKinds.SPECIAL;
        }
        return position == 0 && skipFirst ? RowKinds.FIRST : RowKinds.SCORED;
    }

    /** By norms that came with rows encoded elsewhere; empty when the frame has no rows. */
    private static void markSinks(double[] norms, float bound, byte[] kinds) {
        for (int row = 0; row < norms.length; row++) {
            if (kinds[row] == RowKinds.SCORED && norms[row] > bound) {
                kinds[row] = RowKinds.SINK;
            }
        }
    }

    private static void markSinks(RowBlock rows, float bound, byte[] kinds) {
        for (int row = 0; row < kinds.length; row++) {
            if (kinds[row] == RowKinds.SCORED && Dtypes.longer(rows, row, bound)) {
                kinds[row] = RowKinds.SINK;
            }
        }
    }
}
