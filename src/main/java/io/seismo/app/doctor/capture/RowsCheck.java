package io.seismo.app.doctor.capture;

import io.seismo.activation.CaptureTrial;
import io.seismo.activation.RowKinds;
import io.seismo.app.doctor.Finding;
import io.seismo.encoder.NaiveEncoder;
import io.seismo.encoder.RowBlock;
import io.seismo.spec.MonitorPlan;
import io.seismo.spec.TapPlan;
import io.seismo.wire.Frame;
import io.seismo.wire.Segment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Which rows are scored that should not be: the first token, padding that nobody marked, special tokens. */
final class RowsCheck implements CaptureCheck {

    /** Position 0 is an attention sink in most models: a row many times as long as the others. */
    private static final double FAR_LONGER = 3;

    private static final int MAX_NORMS = 1 << 18;
    private static final long ENOUGH_REQUESTS = 10;

    private final TapPlan tap;
    private final boolean skipFirst;
    private final boolean skipSpecial;
    private final Norms firsts = new Norms();
    private final Norms others = new Norms();
    private final long[] kinds = new long[RowKinds.CANARY + 1];
    private long zeros;
    private long repeats;
    private long begun;

    RowsCheck(MonitorPlan plan) {
        this.tap = plan.taps().get(0);
        this.skipFirst = plan.taps().stream().anyMatch(TapPlan::skipFirst);
        this.skipSpecial = plan.taps().stream().anyMatch(TapPlan::skipSpecial);
    }

    private static final class Norms {
        private double[] values = new double[256];
        private int count;

        void add(double norm) {
            if (count < MAX_NORMS) {
                values = count == values.length ? Arrays.copyOf(values, 2 * count) : values;
                values[count++] = norm;
            }
        }

        double median() {
            double[] sorted = Arrays.copyOf(values, count);
            Arrays.sort(sorted);
            return count == 0 ? 0 : sorted[count / 2];
        }
    }

    @Override
    public void see(Captured record) {
        Frame frame = record.taken();
        RowBlock rows = frame == null ? null : CaptureTrial.rows(frame, tap);
        if (frame == null || rows == null || record.look() == null) {
            return;
        }
        byte[] said = record.look().kinds();
        int row = 0;
        for (Segment segment : frame.getSegmentsList()) {
            begun += segment.getRows() > 0 && segment.getStartPosition() == 0 ? 1 : 0;
            double[] before = new double[0];
            for (int i = 0; i < segment.getRows(); i++, row++) {
                kinds[said[row]]++;
                if (said[row] == RowKinds.SCORED || said[row] == RowKinds.SINK) {
                    double[] x = NaiveEncoder.decode(rows, row);
                    see(x, before, segment.getStartPosition() + i == 0);
                    before = x;
                }
            }
        }
    }

    private void see(double[] x, double[] before, boolean first) {
        double norm = NaiveEncoder.norm(x);
        if (norm == 0) {
            zeros++;
        } else if (Arrays.equals(x, before)) {
            repeats++;
        }
        (first ? firsts : others).add(norm);
    }

    @Override
    public List<Finding> findings() {
        List<Finding> findings = new ArrayList<>();
        findings.add(first());
        findings.add(padding());
        findings.add(special());
        return findings;
    }

    private Finding first() {
        if (skipFirst) {
            return Finding.ok(
                    "first token", text("%,d rows at position 0, none of them scored", kinds[RowKinds.FIRST]));
        }
        if (firsts.count == 0 || others.count == 0) {
            return new Finding(
                    "first token", Finding.Status.SKIPPED, "no request's beginning came", "Look for longer.");
        }
        double ratio = firsts.median() / others.median();
        String words = text("%,d rows at position 0 are scored, %.1f times as long as others", firsts.count, ratio);
        return ratio >= FAR_LONGER
                ? Finding.fail("first token", words, "An attention sink: add first to the tap's skip.")
                : Finding.ok("first token", words);
    }

    private Finding padding() {
        long scored = kinds[RowKinds.SCORED] + kinds[RowKinds.SINK];
        String words = text(
                "%,d rows are marked padding; of %,d others %,d are zeros and %,d repeat the row before",
                kinds[RowKinds.PADDING], scored, zeros, repeats);
        if (zeros > 0 || 20 * repeats > scored) {
            return Finding.fail(
                    "padding", words, "Padding is scored: leave its rows out, or mark them with row_kinds 2.");
        }
        return repeats > 0
                ? Finding.warn("padding", words, "The same row twice is rarely language: look for padding.")
                : Finding.ok("padding", words);
    }

    private Finding special() {
        if (!skipSpecial) {
            return Finding.ok("special tokens", "the spec scores them");
        }
        return kinds[RowKinds.SPECIAL] == 0 && begun >= ENOUGH_REQUESTS
                ? Finding.warn(
                        "special tokens",
                        text("none is marked, in %,d requests", begun),
                        "The spec skips them, but only as the capture marks them: row_kinds 1, or attach(special_ids=…).")
                : Finding.ok("special tokens", text("%,d rows are marked", kinds[RowKinds.SPECIAL]));
    }

    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
