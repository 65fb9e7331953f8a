package io.seismo.baseline;

import java.util.ArrayDeque;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * Learns which share of requests usually fires for one watch entry.
 *
 * <p>Windows first wait in buckets until a whole bucket is older than the lag; only then is it absorbed, with weights
 * that halve in {@value #HALF_LIFE_DAYS} days. Once warm, a bucket's count is winsorised at {@code mu + 3·√(mu·phi)},
 * rounded up, {@code mu} being what the baseline expected of it. Windows the caller does not let it learn from are
 * never stored, and {@link #discardSince} drops those that led up to an alarm, which the lag still holds.
 *
 * <p>Rate: {@code (x + 500·prior) / (n + 500)} until warm, {@code x / n} afterwards. Dispersion: exponentially weighted
 * mean of {@code (x − mu)² / mu} per window, shrunk to 1 with the weight of 500 windows, never below 1. Everything is
 * plain IEEE arithmetic and {@link StrictMath}, so equal windows in equal order give equal bytes.
 *
 * <p>Bounded: at most 50 waiting buckets of 40 bytes. Not thread-safe.
 */
public final class RateBaseline {

    /** Weights halve in this many days of event time. */
    public static final int HALF_LIFE_DAYS = 7;

    /** Requests that a prior rate, and windows that a dispersion of 1, are worth. */
    public static final double PRIOR_WEIGHT = 500;

    /** Dispersion is reported at most this large. */
    public static final double MAX_DISPERSION = 25;

    private static final double HALF_LIFE_MS = HALF_LIFE_DAYS * 86_400_000.0;

    private final RatePolicy policy;
    private final ArrayDeque<Bucket> waiting = new ArrayDeque<>();
    private Learned learned = Learned.NOTHING;
    private @Nullable Reference reference;

    /**
     * What has been absorbed.
     *
     * @param fired weighted requests that fired
     * @param seen weighted requests seen
     * @param windows weighted windows
     * @param pearson weighted sum of (x − mu)² / mu
     * @param requests requests absorbed, unweighted
     * @param coveredMs event time absorbed, unweighted
     * @param lastMs start of the last bucket absorbed
     */
    record Learned(
            double fired, double seen, double windows, double pearson, long requests, long coveredMs, long lastMs) {

        static final Learned NOTHING = new Learned(0, 0, 0, 0, 0, 0, Long.MIN_VALUE);
    }

    /** Windows of one bucket that wait for the lag to pass. */
    record Bucket(long startMs, long fired, long seen, long windows, double pearson) {

        Bucket plus(CountWindow window, double term) {
            return new Bucket(startMs, fired + window.fired(), seen + window.seen(), windows + 1, pearson + term);
        }
    }

    private RateBaseline(RatePolicy policy) {
        this.policy = policy;
    }

    /** A baseline that has seen nothing. */
    public static RateBaseline cold(RatePolicy policy) {
        return new RateBaseline(policy);
    }

    static RateBaseline restored(
            RatePolicy policy, Learned learned, @Nullable Reference reference, Iterable<Bucket> buckets) {
        RateBaseline baseline = new RateBaseline(policy);
        baseline.learned = learned;
        baseline.reference = reference;
        buckets.forEach(baseline.waiting::addLast);
        return baseline;
    }

    /**
     * Moves time to the end of a window, absorbs what is now older than the lag, and stores the window if learning is
     * allowed. Windows come in order of time.
     *
     * @param allowed whether this window may be learned from: no alarm, no pending or firing alert
     */
    public void observe(CountWindow window, boolean allowed) {
        absorbUntil(window.endMs() - policy.lagMs());
        if (allowed) {
            store(window);
        }
    }

    /** Forgets waiting buckets that reach past {@code timeMs}: they led up to an alarm. */
    public void discardSince(long timeMs) {
        while (!waiting.isEmpty() && waiting.getLast().startMs() + policy.bucketMs() > timeMs) {
            waiting.removeLast();
        }
    }

    /** Whether anything is known: something was learned or there is a prior rate. */
    public boolean known() {
        return learned.seen() > 0 || policy.priorRate() > 0;
    }

    /** Whether enough was learned to judge alone. Once warm it stays warm. */
    public boolean warm() {
        return reference != null;
    }

    /** The usual share of requests that fires; 0 when nothing is known. */
    public double rate() {
        if (warm()) {
            return learned.fired() / learned.seen();
        }
        if (policy.priorRate() == 0) {
            return learned.seen() > 0 ? learned.fired() / learned.seen() : 0;
        }
        return (learned.fired() + PRIOR_WEIGHT * policy.priorRate()) / (learned.seen() + PRIOR_WEIGHT);
    }

    /**
     * The rate that charts are run on: the upper 90 % confidence bound of {@link #rate()}. A chart designed for a known
     * rate breaks its false-page budget when the rate was estimated a little low; on the bound, nine baselines in ten
     * keep it (the guaranteed conditional performance of Albers and Kallenberg). The price is some delay while the
     * baseline is young; it vanishes as the square root of the events learned.
     */
    public double chartRate() {
        boolean prior = !warm() && policy.priorRate() > 0;
        double fired = learned.fired() + (prior ? PRIOR_WEIGHT * policy.priorRate() : 0);
        double seen = learned.seen() + (prior ? PRIOR_WEIGHT : 0);
        return seen > 0 ? Math.min(1, UpperBound.rate(fired, seen, dispersion())) : 0;
    }

    /** Variance over mean of counts per window, in [1, {@value #MAX_DISPERSION}]. */
    public double dispersion() {
        double shrunk = (learned.pearson() + PRIOR_WEIGHT) / (learned.windows() + PRIOR_WEIGHT);
        return Math.min(MAX_DISPERSION, Math.max(1, shrunk));
    }

    /** The rate it had when it became warm; {@code null} before. */
    public @Nullable Reference reference() {
        return reference;
    }

    /** Requests absorbed so far. */
    public long requests() {
        return learned.requests();
    }

    /** Event time absorbed so far, ms. */
    public long coveredMs() {
        return learned.coveredMs();
    }

    RatePolicy policy() {
        return policy;
    }

    Learned learned() {
        return learned;
    }

    Iterable<Bucket> waiting() {
        return waiting;
    }

    int waitingBuckets() {
        return waiting.size();
    }

    private void store(CountWindow window) {
        long bucketMs = policy.bucketMs();
        long start = Math.floorDiv(window.endMs() - 1, bucketMs) * bucketMs;
        Bucket last = waiting.peekLast();
        if (last == null || last.startMs() < start) {
            waiting.addLast(new Bucket(start, 0, 0, 0, 0).plus(window, pearson(window)));
        } else {
            waiting.addLast(waiting.removeLast().plus(window, pearson(window)));
        }
    }

    private double pearson(CountWindow window) {
        double mu = rate() * window.seen();
        if (!(mu > 0)) {
            return 1;
        }
        double error = Math.min(window.fired(), ceiling(mu) + 1) - mu;
        return error * error / mu;
    }

    private double ceiling(double mu) {
        return Math.ceil(mu + 3 * Math.sqrt(mu * dispersion()));
    }

    private void absorbUntil(long timeMs) {
        Iterator<Bucket> buckets = waiting.iterator();
        while (buckets.hasNext()) {
            Bucket bucket = buckets.next();
            if (bucket.startMs() + policy.bucketMs() > timeMs) {
                return;
            }
            absorb(bucket);
            buckets.remove();
            setReferenceIfWarm(timeMs);
        }
    }

    private void absorb(Bucket bucket) {
        double fired = warm() ? Math.min(bucket.fired(), ceiling(rate() * bucket.seen())) : bucket.fired();
        double kept = learned == Learned.NOTHING
                ? 0
                : StrictMath.pow(2, -(bucket.startMs() - learned.lastMs()) / HALF_LIFE_MS);
        learned = new Learned(
                learned.fired() * kept + fired,
                learned.seen() * kept + bucket.seen(),
                learned.windows() * kept + bucket.windows(),
                learned.pearson() * kept + bucket.pearson(),
                learned.requests() + bucket.seen(),
                learned.coveredMs() + bucket.windows() * policy.windowMs(),
                bucket.startMs());
    }

    private void setReferenceIfWarm(long timeMs) {
        boolean enough = learned.requests() >= Math.max(1, policy.warmRequests())
                && learned.coveredMs() >= policy.warmMs()
                && learned.seen() > 0;
        if (reference == null && enough) {
            reference = new Reference(learned.fired(), learned.seen(), timeMs);
        }
    }
}
