package io.seismo.activation;

import com.google.protobuf.ByteString;
import io.seismo.spec.CanaryFacts;
import io.seismo.spec.TapPlan;
import io.seismo.weights.RecordedRows;
import io.seismo.weights.RowDistance;
import io.seismo.wire.CanaryFinding;
import io.seismo.wire.Dtype;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What is wrong with a canary's rows at one hook point, given that they are not those recorded: the first explanation that
 * holds for every row, in a fixed order. A pure function of the rows and the recording.
 */
final class CanaryExplanations {

    /** Positions that a shift is looked for on either side. */
    private static final int MAX_SHIFT = 4_096;

    private final TapPlan tap;
    private final RecordedRows recorded;
    private final double tolerance;
    private final float[] wanted;

    CanaryExplanations(TapPlan tap, RecordedRows recorded, double tolerance) {
        this.tap = tap;
        this.recorded = recorded;
        this.tolerance = tolerance;
        this.wanted = recorded.values(tap.hook());
    }

    /** A finding with its words. */
    record Explanation(CanaryFinding finding, String detail) {}

    /**
     * Where rows stand.
     *
     * @param rows of the segment
     * @param start position of the first
     * @param first row of the segment within the frame
     * @param frame all rows of the frame at the hook point
     * @param read the segment's bits, read as another dtype or in another byte order
     */
    record Placed(
            CapturedRows rows,
            int start,
            int first,
            Supplier<CapturedRows> frame,
            BiFunction<Dtype, Boolean, CapturedRows> read) {}

    /** Whether all rows are those recorded. */
    boolean match(Placed placed) {
        return placed.rows().counted() > 0 && placed.rows().all(wanted, placed.start(), tolerance);
    }

    /** Why they are not. */
    Explanation explain(Placed placed) {
        if (placed.rows().counted() == 0) {
            return new Explanation(CanaryFinding.CANARY_FINDING_ROWS, "all its rows are said to be padding");
        }
        Explanation found = surplus(placed);
        found = found == null ? elsewhere(placed) : found;
        found = found == null ? shiftedInFrame(placed) : found;
        found = found == null ? shifted(placed) : found;
        found = found == null ? disordered(placed) : found;
        found = found == null ? otherBits(placed) : found;
        if (found == null && (long) placed.start() + placed.rows().rows() <= recorded.rows()) {
            found = withoutResidual(placed);
            found = found == null ? scaled(placed) : found;
        }
        return found == null ? unknown(placed) : found;
    }

    private @Nullable Explanation surplus(Placed placed) {
        boolean beyond = placed.start() + placed.rows().rows() > recorded.rows();
        return beyond && placed.rows().matching(wanted, placed.start(), tolerance) > 0 ? surplus(placed, "") : null;
    }

    private Explanation surplus(Placed placed, String more) {
        int last = placed.start() + placed.rows().rows() - 1;
        return new Explanation(
                CanaryFinding.CANARY_FINDING_ROWS,
                "rows up to position " + last + " came, but " + recorded.rows() + " were recorded" + more);
    }

    private @Nullable Explanation elsewhere(Placed placed) {
        for (Map.Entry<String, CanaryFacts.Hook> other :
                recorded.facts().hooks().entrySet()) {
            String name = other.getKey();
            boolean fits = !name.equals(tap.hook()) && other.getValue().width() == tap.dIn();
            if (!fits || !placed.rows().all(recorded.values(name), placed.start(), tolerance)) {
                continue;
            }
            int mark = name.indexOf(RecordedRows.REVISION);
            if (mark >= 0 && name.substring(0, mark).equals(tap.hook())) {
                return new Explanation(
                        CanaryFinding.CANARY_FINDING_REVISION,
                        "rows of " + tap.hook() + " are those recorded of revision " + name.substring(mark + 1));
            }
            String here = "rows said to be of " + tap.hook() + " are those of " + name;
            return block(name).equals(block(tap.hook())) && name.endsWith(".mlp_out")
                    ? new Explanation(CanaryFinding.CANARY_FINDING_RESIDUAL, here + ": the residual was not added")
                    : new Explanation(CanaryFinding.CANARY_FINDING_LAYER, here);
        }
        return null;
    }

    private static String block(String hook) {
        return hook.substring(0, Math.max(0, hook.lastIndexOf('.')));
    }

    private @Nullable Explanation shifted(Placed placed) {
        for (int n = 1; n <= Math.min(MAX_SHIFT, recorded.rows()); n++) {
            for (int shift : new int[] {n, -n}) {
                if (enough(placed.rows().matching(wanted, placed.start() + shift, tolerance), placed)) {
                    return new Explanation(
                            CanaryFinding.CANARY_FINDING_SHIFTED,
                            "rows of " + tap.hook() + " are those of " + positions(n)
                                    + (shift > 0 ? " later" : " earlier"));
                }
            }
        }
        return null;
    }

    /** Rows of another request were given for those of the canary, which lie elsewhere in the frame. */
    private @Nullable Explanation shiftedInFrame(Placed placed) {
        CapturedRows frame = placed.frame().get();
        int count = placed.rows().rows();
        float[] own = Arrays.copyOfRange(
                wanted,
                Math.min(placed.start(), recorded.rows()) * tap.dIn(),
                Math.min(placed.start() + count, recorded.rows()) * tap.dIn());
        CapturedRows expected = new CapturedRows(own, own.length / tap.dIn(), tap.dIn(), ByteString.EMPTY);
        for (int n = 1; n <= Math.min(MAX_SHIFT, frame.rows()) && expected.rows() > 0; n++) {
            for (int shift : new int[] {n, -n}) {
                if (inFrame(frame, placed.first() + shift, expected)) {
                    return new Explanation(
                            CanaryFinding.CANARY_FINDING_SHIFTED,
                            "its rows of " + tap.hook() + " lie " + rows(n) + (shift > 0 ? " later" : " earlier")
                                    + " in the frame: rows are given to the wrong request");
                }
            }
        }
        return null;
    }

    /** Whether all rows of the canary lie in the frame from a row on. */
    private boolean inFrame(CapturedRows frame, int from, CapturedRows expected) {
        boolean found = from >= 0 && from + expected.rows() <= frame.rows();
        for (int row = 0; found && row < expected.rows(); row++) {
            int at = (from + row) * tap.dIn();
            found = RowDistance.within(frame.values(), at, expected.values(), row * tap.dIn(), tap.dIn(), tolerance);
        }
        return found;
    }

    /** A shift is only believed on at least half of the rows. */
    private static boolean enough(int compared, Placed placed) {
        return compared > 0 && 2 * compared >= placed.rows().counted();
    }

    private @Nullable Explanation disordered(Placed placed) {
        CapturedRows rows = placed.rows();
        int end = Math.min(placed.start() + rows.rows(), recorded.rows());
        BitSet taken = new BitSet();
        int displaced = 0;
        for (int row = 0; row < rows.rows(); row++) {
            if (!rows.counts(row)) {
                continue;
            }
            int at = placed.start() + row < end && alike(rows, row, placed.start() + row) ? placed.start() + row : -1;
            for (int other = placed.start(); at < 0 && other < end; other++) {
                at = !taken.get(other) && alike(rows, row, other) ? other : -1;
            }
            if (at < 0) {
                return null;
            }
            taken.set(at);
            displaced += at == placed.start() + row ? 0 : 1;
        }
        return displaced == 0
                ? null
                : new Explanation(
                        CanaryFinding.CANARY_FINDING_ORDER,
                        displaced + " of " + rows.counted() + " rows of " + tap.hook() + " stand at another position");
    }

    private boolean alike(CapturedRows rows, int row, int position) {
        return RowDistance.within(rows.values(), row * tap.dIn(), wanted, position * tap.dIn(), tap.dIn(), tolerance);
    }

    private @Nullable Explanation otherBits(Placed placed) {
        Dtype said = tap.dtype();
        Dtype other = said == Dtype.DTYPE_BF16 ? Dtype.DTYPE_F16 : said == Dtype.DTYPE_F16 ? Dtype.DTYPE_BF16 : null;
        if (other != null && placed.read().apply(other, false).all(wanted, placed.start(), tolerance)) {
            return new Explanation(
                    CanaryFinding.CANARY_FINDING_DTYPE,
                    "rows of " + tap.hook() + " are right when read as " + word(other) + ", but say " + word(said));
        }
        return placed.read().apply(said, true).all(wanted, placed.start(), tolerance)
                ? new Explanation(
                        CanaryFinding.CANARY_FINDING_DTYPE,
                        "rows of " + tap.hook()
                                + " are right when read with the bytes of each element the other way round")
                : null;
    }

    static String word(Dtype dtype) {
        return dtype.name().substring("DTYPE_".length()).toLowerCase(Locale.ROOT);
    }

    private @Nullable Explanation withoutResidual(Placed placed) {
        for (Map.Entry<String, CanaryFacts.Hook> other :
                recorded.facts().hooks().entrySet()) {
            boolean fits = !other.getKey().equals(tap.hook())
                    && other.getKey().indexOf(RecordedRows.REVISION) < 0
                    && other.getValue().width() == tap.dIn();
            if (fits && differences(placed, recorded.values(other.getKey()))) {
                return new Explanation(
                        CanaryFinding.CANARY_FINDING_RESIDUAL,
                        "rows said to be of " + tap.hook() + " are what comes on top of " + other.getKey()
                                + ": the residual was not added");
            }
        }
        return null;
    }

    /** Differences of what was rounded are only as exact as the larger of the two. */
    private boolean differences(Placed placed, float[] before) {
        CapturedRows rows = placed.rows();
        int width = tap.dIn();
        for (int row = 0; row < rows.rows(); row++) {
            int at = (placed.start() + row) * width;
            if (!rows.counts(row)) {
                continue;
            }
            double off = 0;
            double change = 0;
            for (int i = 0; i < width; i++) {
                double difference = (double) wanted[at + i] - before[at + i];
                double error = rows.values()[row * width + i] - difference;
                off += error * error;
                change += difference * difference;
            }
            double slack = CanaryScales.slack(tap.dtype(), tolerance);
            double norm = RowDistance.squaredNorm(wanted, at, width);
            if (change == 0 || off > slack * slack * norm || off > 0.0625 * change) {
                return false;
            }
        }
        return rows.counted() > 0;
    }

    private @Nullable Explanation scaled(Placed placed) {
        String factor = new CanaryScales(tap, wanted, tolerance).of(placed.rows(), placed.start());
        return factor == null
                ? null
                : new Explanation(CanaryFinding.CANARY_FINDING_SCALE, "rows of " + tap.hook() + " are " + factor);
    }

    private Explanation unknown(Placed placed) {
        CapturedRows rows = placed.rows();
        if (placed.start() >= recorded.rows()) {
            return surplus(placed, "; they are none of those");
        }
        int width = tap.dIn();
        int right = 0;
        double farthest = 0;
        for (int row = 0; row < rows.rows(); row++) {
            int at = placed.start() + row;
            if (rows.counts(row) && at < recorded.rows()) {
                double distance = RowDistance.relative(rows.values(), row * width, wanted, at * width, width);
                farthest = Math.max(farthest, distance);
                right += alike(rows, row, at) ? 1 : 0;
            }
        }
        return new Explanation(
                CanaryFinding.CANARY_FINDING_DIFFERENT,
                String.format(
                        Locale.ROOT,
                        "%d of %d rows of %s are as recorded; the farthest is %.3g%% away",
                        right,
                        rows.counted(),
                        tap.hook(),
                        100 * farthest));
    }

    private static String positions(int n) {
        return n == 1 ? "one position" : n + " positions";
    }

    private static String rows(int n) {
        return n == 1 ? "one row" : n + " rows";
    }
}
