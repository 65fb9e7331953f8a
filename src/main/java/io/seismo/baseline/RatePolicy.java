package io.seismo.baseline;

import io.seismo.spec.MonitorPlan.BaselinePolicy;

/**
 * How the firing rate of one watch entry is learned.
 *
 * @param windowMs length of the windows it is shown
 * @param lagMs the most recent past that never enters the baseline
 * @param warmRequests requests to have learned from before the baseline may judge alone
 * @param warmMs event time to have learned from before the baseline may judge alone
 * @param priorRate share of requests expected to fire, from calibration; 0 when unknown
 */
public record RatePolicy(long windowMs, long lagMs, long warmRequests, long warmMs, double priorRate) {

    private static final long HOUR_MS = 3_600_000;

    /** A lag is cut into at most this many buckets and two, which bounds the state. */
    private static final long MOST_BUCKETS = 48;

    public RatePolicy {
        if (windowMs < 1 || lagMs < 0 || warmRequests < 0 || warmMs < 0) {
            throw new IllegalArgumentException("need a window of at least 1 ms; lag and warm-up must not be negative");
        }
        if (!(priorRate >= 0 && priorRate <= 1)) {
            throw new IllegalArgumentException("a prior rate is a share in [0, 1]: " + priorRate);
        }
    }

    /** The policy of a plan for windows of {@code windowMs} and an entry whose prior rate is known or 0. */
    public static RatePolicy of(BaselinePolicy plan, long windowMs, double priorRate) {
        return new RatePolicy(windowMs, plan.lagMs(), plan.warmRequests(), plan.warmMs(), priorRate);
    }

    /** Length of a bucket: a sixth of the lag, at most an hour, at least a window, at most 48 to a lag. */
    long bucketMs() {
        long wanted = Math.max(Math.min(HOUR_MS, lagMs / 6), -Math.floorDiv(-lagMs, MOST_BUCKETS));
        long windows = Math.max(1, -Math.floorDiv(-wanted, windowMs));
        return windows * windowMs;
    }
}
