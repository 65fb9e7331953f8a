package io.seismo.spec;

/**
 * The arithmetic of event time.
 *
 * @param paneMs length of a pane
 * @param graceMs how long after its end a pane stays open
 * @param leadMs how far ahead of a partition's time a frame may be
 */
public record Timing(long paneMs, long graceMs, long leadMs) {

    /** Ten-second panes, ten seconds of grace and of lead. */
    public static final Timing DEFAULT = new Timing(10_000, 10_000, 10_000);

    public Timing {
        if (paneMs < 1 || graceMs < 0 || leadMs < 0) {
            throw new IllegalArgumentException("need pane >= 1 ms, grace >= 0, lead >= 0");
        }
    }

    /** The pane that holds an event time in ms. */
    public long pane(long timeMs) {
        return Math.floorDiv(timeMs, paneMs);
    }

    /** End of a pane in ms, exclusive. */
    public long end(long pane) {
        return Math.multiplyExact(pane + 1, paneMs);
    }

    /** Whether a pane is closed once ticks have reached {@code timeMs}. */
    public boolean closed(long pane, long timeMs) {
        return end(pane) + graceMs <= timeMs;
    }
}
