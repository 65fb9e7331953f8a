package io.seismo.reference;

import io.seismo.encoder.Encoder;
import io.seismo.encoder.RowBlock;
import io.seismo.encoder.RowErrors;
import io.seismo.encoder.SparseRows;
import io.seismo.spec.DetectorPlan;
import io.seismo.spec.MonitorPlan;
import io.seismo.spec.TapPlan;
import io.seismo.wire.Frame;
import io.seismo.wire.Segment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** What the rows of a frame say: each row is encoded alone, so that batching cannot matter. */
final class ReferenceRows {

    /**
     * One row.
     *
     * @param position in the request
     * @param kind 0 scored, 1 special, 2 padding, 3 first position, 4 attention sink
     * @param watched the plan's columns, in plan order
     * @param features by encoder with a full graph that encoded the row: what fired, by feature
     * @param leaves by encoder whose decoder somebody asks about: mean squares of the row less its reconstruction, and of
     *     the row less what the decoder gives when nothing fires
     */
    record Row(
            long position,
            int kind,
            float[] watched,
            SortedMap<String, SortedMap<Integer, Float>> features,
            SortedMap<String, Leaves> leaves) {}

    record Leaves(double error, double deviation) {}

    /** A segment and its rows. */
    record Part(Segment segment, List<Row> rows) {}

    private final MonitorPlan plan;
    private final Map<String, Encoder> encoders;

    ReferenceRows(MonitorPlan plan, Map<String, Encoder> encoders) {
        this.plan = plan;
        this.encoders = encoders;
    }

    List<Part> read(Frame frame) {
        List<Part> parts = new ArrayList<>();
        int next = 0;
        for (Segment segment : frame.getSegmentsList()) {
            List<Row> rows = new ArrayList<>();
            for (int r = 0; r < segment.getRows(); r++) {
                rows.add(row(frame, segment, r, next++));
            }
            parts.add(new Part(segment, rows));
        }
        return parts;
    }

    private Row row(Frame frame, Segment segment, int inSegment, int inFrame) {
        long position = Integer.toUnsignedLong(segment.getStartPosition()) + inSegment;
        int kind = kind(frame, segment, inSegment, inFrame);
        float[] watched = new float[plan.columns().size()];
        SortedMap<String, SortedMap<Integer, Float>> features = new TreeMap<>();
        SortedMap<String, Leaves> leaves = new TreeMap<>();
        for (TapPlan tap : plan.taps()) {
            RowBlock alone = alone(frame, tap, inFrame);
            for (TapPlan.EncoderPlan each : tap.encoders()) {
                watch(tap, each, alone, watched);
                if (kind == 0 && Sample.encodes(each, segment.getRequestId())) {
                    features.put(each.name(), full(each, alone));
                    if (rebuilt(each)) {
                        leaves.put(each.name(), leaves(each, alone));
                    }
                }
            }
        }
        return new Row(position, kind, watched, features, leaves);
    }

    private boolean rebuilt(TapPlan.EncoderPlan each) {
        return plan.detectors().stream()
                .anyMatch(detector -> detector instanceof DetectorPlan.UnexplainedCeiling ceiling
                        && ceiling.encoder().equals(each.name()));
    }

    private Leaves leaves(TapPlan.EncoderPlan each, RowBlock alone) {
        SparseRows fired = new SparseRows();
        BitSet chosen = new BitSet();
        chosen.set(0);
        encoder(each).full(alone, chosen, fired);
        RowErrors out = new RowErrors();
        encoder(each).errors(alone, chosen, fired, out);
        return new Leaves(out.error(0), out.deviation(0));
    }

    private int kind(Frame frame, Segment segment, int inSegment, int inFrame) {
        int claimed =
                segment.getRowKinds().isEmpty() ? 0 : segment.getRowKinds().byteAt(inSegment);
        if (claimed == 2) {
            return 2;
        }
        boolean skipSpecial = plan.taps().stream().anyMatch(TapPlan::skipSpecial);
        if (claimed == 1 && skipSpecial) {
            return 1;
        }
        boolean skipFirst = plan.taps().stream().anyMatch(TapPlan::skipFirst);
        if (segment.getStartPosition() + inSegment == 0 && skipFirst) {
            return 3;
        }
        return plan.taps().stream().anyMatch(tap -> sink(frame, tap, inFrame)) ? 4 : 0;
    }

    private static boolean sink(Frame frame, TapPlan tap, int inFrame) {
        double squares = 0;
        RowBlock alone = alone(frame, tap, inFrame);
        byte[] bytes = new byte[alone.data().remaining()];
        alone.data().duplicate().get(bytes);
        for (float value : Numbers.decode(bytes, tap.dtype())) {
            squares += (double) value * value;
        }
        return tap.sinkNorm() > 0 && Math.sqrt(squares) > tap.sinkNorm();
    }

    private static RowBlock alone(Frame frame, TapPlan tap, int inFrame) {
        byte[] all = ReferenceChecks.tensor(frame, tap.hook()).getData().toByteArray();
        int bytes = tap.dIn() * Numbers.size(tap.dtype());
        ByteBuffer row = ByteBuffer.allocateDirect(bytes)
                .put(all, inFrame * bytes, bytes)
                .flip();
        return new RowBlock(row, tap.dtype(), 1, tap.dIn());
    }

    private void watch(TapPlan tap, TapPlan.EncoderPlan each, RowBlock alone, float[] watched) {
        if (each.watched().isEmpty()) {
            return;
        }
        float[] out = new float[each.watched().size()];
        encoder(each).watch(alone, out, 0, out.length);
        for (int c = 0; c < out.length; c++) {
            watched[
                            plan.columns()
                                    .indexOf(new MonitorPlan.Column(
                                            tap.name(),
                                            each.name(),
                                            each.watched().get(c)))] =
                    out[c];
        }
    }

    private SortedMap<Integer, Float> full(TapPlan.EncoderPlan each, RowBlock alone) {
        SparseRows out = new SparseRows();
        BitSet chosen = new BitSet();
        chosen.set(0);
        encoder(each).full(alone, chosen, out);
        SortedMap<Integer, Float> features = new TreeMap<>();
        for (int e = out.start(0); e < out.end(0); e++) {
            features.put(out.feature(e), out.value(e));
        }
        return features;
    }

    private Encoder encoder(TapPlan.EncoderPlan each) {
        Encoder encoder = encoders.get(each.name());
        if (encoder == null) {
            throw new IllegalArgumentException("no encoder " + each.name());
        }
        return encoder;
    }
}
