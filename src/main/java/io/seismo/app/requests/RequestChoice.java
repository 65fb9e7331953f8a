package io.seismo.app.requests;

import io.seismo.window.RequestSample;
import io.seismo.wire.Segment;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Which segments of one partition are wanted: all of a request that begins in a range of time and is chosen by name or by a
 * hash of its id. A request that began before the range is not wanted, whatever of it lies inside.
 */
final class RequestChoice {

    /** As many as a partition may have in flight by default; the oldest is given up. */
    static final int MOST_OPEN = 20_000;

    private final long fromMs;
    private final long toMs;
    private final Set<String> names;
    private final RequestSample share;
    private final Tally tally;
    /** Wanted requests that have begun and not ended, oldest first. */
    private final Map<String, Long> open = new LinkedHashMap<>();

    private boolean full;

    /**
     * Of one partition.
     *
     * @param fromMs event time of a request's first frame at the earliest
     * @param toMs exclusive
     * @param names of requests; empty for all
     * @param share of requests
     * @param tally where what is taken and given up is counted
     */
    RequestChoice(long fromMs, long toMs, Set<String> names, RequestSample share, Tally tally) {
        this.fromMs = fromMs;
        this.toMs = toMs;
        this.names = Set.copyOf(names);
        this.share = share;
        this.tally = tally;
    }

    /** Whether a segment of a frame of that time is wanted; asked once for each, in the order of the log. */
    boolean take(Segment segment, long frameMs) {
        String request = segment.getRequestId();
        boolean going = open.containsKey(request);
        if (!going && !begins(segment, frameMs)) {
            return false;
        }
        if (!going) {
            tally.requests++;
        }
        if (segment.hasEnd()) {
            open.remove(request);
            tally.ended++;
        } else if (!going) {
            open.put(request, frameMs);
            giveUpOldest();
        }
        return true;
    }

    private boolean begins(Segment segment, long frameMs) {
        return !full
                && frameMs >= fromMs
                && frameMs < toMs
                && segment.getRows() > 0
                && segment.getStartPosition() <= segment.getCachedPrefix()
                && (names.isEmpty() || names.contains(segment.getRequestId()))
                && share.includes(segment.getRequestId());
    }

    private void giveUpOldest() {
        if (open.size() > MOST_OPEN) {
            open.remove(open.keySet().iterator().next());
            tally.givenUp++;
        }
    }

    /** Lets no further request begin. */
    void fill() {
        full = true;
    }

    /** Whether nothing more can be wanted once partition time has come this far. */
    boolean over(long timeMs, long graceMs, long maxAgeMs) {
        open.values().removeIf(began -> timeMs > began + maxAgeMs + graceMs);
        return open.isEmpty() && (full || timeMs >= toMs + graceMs);
    }

    /** What is counted, over all partitions. */
    static final class Tally {
        long requests;
        long ended;
        long givenUp;
    }
}
