package io.seismo.encoder.check;

import io.seismo.encoder.SparseRows;
import java.util.List;

/** What fires by one rule and not by another, over the same pre-activations, so that values agree where both fire. */
public final class Disagreement {

    private final ActiveCounts exact;
    private final ActiveCounts other;
    private final long[] gained;
    private final long[] lost;

    /** @param width number of features */
    public Disagreement(int width) {
        this.exact = new ActiveCounts(width);
        this.other = new ActiveCounts(width);
        this.gained = new long[width];
        this.lost = new long[width];
    }

    /**
     * What was found over all features.
     *
     * @param rows compared
     * @param fired by the exact rule
     * @param gained fire by the other rule only
     * @param lost fire by the exact rule only
     * @param l0 of the other rule, mean, with the quantiles 5 % and 95 % over rows
     */
    public record Result(long rows, long fired, long gained, long lost, double l0, int p5, int p95) {

        /** Firings of one rule only, over those of the exact rule. */
        public double share() {
            return fired == 0 ? 0 : (double) (gained + lost) / fired;
        }
    }

    /** What was found of one feature, in rows. */
    public record Feature(int feature, long fired, long gained, long lost) {}

    /** Compares rows. */
    public void add(SparseRows byExact, SparseRows byOther) {
        for (int r = 0; r < byExact.rows(); r++) {
            exact.add(byExact, r);
            other.add(byOther, r);
            int a = byExact.start(r);
            int b = byOther.start(r);
            while (a < byExact.end(r) || b < byOther.end(r)) {
                int left = a < byExact.end(r) ? byExact.feature(a) : Integer.MAX_VALUE;
                int right = b < byOther.end(r) ? byOther.feature(b) : Integer.MAX_VALUE;
                if (left < right) {
                    lost[left]++;
                } else if (right < left) {
                    gained[right]++;
                }
                a += left <= right ? 1 : 0;
                b += right <= left ? 1 : 0;
            }
        }
    }

    /** Over all features. */
    public Result result() {
        long fired = 0;
        long onlyOther = 0;
        long onlyExact = 0;
        for (int f = 0; f < gained.length; f++) {
            fired += exact.fired(f);
            onlyOther += gained[f];
            onlyExact += lost[f];
        }
        return new Result(
                exact.rows(), fired, onlyOther, onlyExact, other.mean(), other.quantile(0.05), other.quantile(0.95));
    }

    /** Of some features. */
    public List<Feature> of(List<Integer> features) {
        return features.stream()
                .map(f -> new Feature(f, exact.fired(f), gained[f], lost[f]))
                .toList();
    }
}
