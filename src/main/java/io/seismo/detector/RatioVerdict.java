package io.seismo.detector;

import io.seismo.wire.VerdictCore;

/**
 * A verdict on a ratio.
 *
 * @param verdict {@code statistic} is the ratio, {@code fired} and {@code seen} features that fired on so many tokens,
 *     {@code expected} the usual ratio or 0 when it is not known
 * @param margin how far chance may take the statistic
 */
public record RatioVerdict(Verdict verdict, double margin) {

    /**
     * Sums over the window.
     *
     * @param startMs start of the window, ms of event time
     * @param sums of what is judged
     * @param fired features that fired on sampled tokens
     * @param tokens sampled
     * @param usual the same ratio in the hours before; 0 when there were none
     */
    public record Window(long startMs, RatioSums sums, long fired, long tokens, double usual) {}

    /** The part of it that goes into an alert's core. */
    public VerdictCore toCore(String detector, double falsePagesPerWeek) {
        return verdict.toCore(detector, "", falsePagesPerWeek).toBuilder()
                .setMargin(margin)
                .build();
    }

    static RatioVerdict of(Window window, double threshold, boolean deviant, String method, Judged judged) {
        Verdict.Run run = new Verdict.Run(window.startMs(), window.fired(), window.tokens(), window.usual());
        Verdict verdict = new Verdict(
                deviant,
                window.sums().ratio(),
                threshold,
                window.fired(),
                window.tokens(),
                window.usual(),
                method,
                judged.guard(),
                run);
        return new RatioVerdict(verdict, judged.margin());
    }

    /** What a test makes of a window. */
    record Judged(String guard, double margin) {
        static Judged of(ChanceMargin chance, RatioSums sums, String what) {
            String guard = chance.guard(sums, what);
            return new Judged(guard, guard.isEmpty() ? chance.margin(sums) : 0);
        }

        boolean known() {
            return guard.isEmpty();
        }
    }
}
