package io.seismo.detector;

import io.seismo.window.FixedPoint;
import io.seismo.wire.CanaryCount;
import io.seismo.wire.CanaryFinding;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Whether canaries come through the capture path as they were recorded.
 *
 * <p>One that differs is wrong from that pane on, until a pane brings it whole and as recorded and no other way: silence
 * does not heal. One that has not matched for longer than the stated time is wrong as well. No statistics.
 *
 * @param silentMs how long a canary may not come as recorded
 */
public record CanaryMatch(long silentMs) {

    private static final int MAX_DETAIL = 512;

    /**
     * A pane.
     *
     * @param startMs its start
     * @param endMs its end, exclusive
     * @param counts what became of canaries in it
     */
    public record Pane(long startMs, long endMs, List<CanaryCount> counts) {
        public Pane {
            counts = List.copyOf(counts);
        }
    }

    /** What is known after a pane of the canaries of a spec. */
    public static CanaryState next(CanaryState before, List<String> names, Pane pane) {
        SortedMap<String, CanaryState.Of> after = new TreeMap<>();
        for (String name : names) {
            CanaryState.Of of = before.canaries()
                    .getOrDefault(name, new CanaryState.Of(Math.max(0, pane.startMs()), false, 0, 0, ""));
            after.put(name, next(of, name, pane));
        }
        long unknown = before.unknown();
        for (CanaryCount count : pane.counts()) {
            unknown = count.getCanary().isEmpty() ? FixedPoint.add(unknown, count.getSegments()) : unknown;
        }
        return new CanaryState(after, unknown);
    }

    private static CanaryState.Of next(CanaryState.Of before, String name, Pane pane) {
        long complete = 0;
        long wrong = 0;
        String detail = "";
        for (CanaryCount count : pane.counts()) {
            if (!count.getCanary().equals(name)) {
                continue;
            }
            if (count.getFinding() == CanaryFinding.CANARY_FINDING_MATCH) {
                complete = count.getComplete();
            } else {
                wrong = FixedPoint.add(wrong, count.getSegments());
                detail = detail.isEmpty() ? count.getDetail() : detail;
            }
        }
        long goodMs = complete > 0 ? pane.endMs() : before.goodMs();
        boolean matched = before.matched() || complete > 0;
        if (wrong > 0) {
            long since = before.wrongSinceMs() == 0 ? pane.endMs() : before.wrongSinceMs();
            return new CanaryState.Of(goodMs, matched, since, FixedPoint.add(before.wrong(), wrong), detail);
        }
        return complete > 0
                ? new CanaryState.Of(goodMs, matched, 0, 0, "")
                : new CanaryState.Of(goodMs, matched, before.wrongSinceMs(), before.wrong(), before.detail());
    }

    /** What a verdict says, and of what in words. */
    public record Judgement(Verdict verdict, String detail) {}

    /** Judges what is known after the pane that ends at a time; {@code statistic} counts canaries that are not well. */
    public Judgement judge(CanaryState state, long startMs, long endMs) {
        List<String> words = new ArrayList<>();
        state.canaries().forEach((name, of) -> {
            if (of.wrongSinceMs() > 0) {
                words.add("canary " + name + ": " + of.detail() + " (" + of.wrong()
                        + (of.wrong() == 1 ? " segment" : " segments") + ")");
            } else if (endMs - of.goodMs() > silentMs) {
                words.add("canary " + name + " did not come as recorded for over " + silentMs / 60_000 + " min, "
                        + (of.matched() ? "last before " + Instant.ofEpochMilli(of.goodMs()) : "not once")
                        + unknown(state.unknown()));
            }
        });
        long ill = words.size();
        Verdict.Run run = new Verdict.Run(startMs, ill, state.canaries().size(), 0);
        Verdict verdict = new Verdict(ill > 0, ill, 0, ill, state.canaries().size(), 0, "canary-match", "", run);
        String all = String.join("; ", words);
        return new Judgement(verdict, all.length() <= MAX_DETAIL ? all : all.substring(0, MAX_DETAIL));
    }

    private static String unknown(long segments) {
        return segments == 0 ? "" : "; " + segments + " segments named a canary that the spec does not have";
    }
}
