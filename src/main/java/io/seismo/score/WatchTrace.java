package io.seismo.score;

import io.seismo.window.StateReader;
import io.seismo.window.StateWriter;
import io.seismo.wire.WatchScore;

/** What one open request is to one watch entry. */
final class WatchTrace {

    private static final float NO_SCORE = Float.NEGATIVE_INFINITY;

    private float smoothed;
    private float score = NO_SCORE;
    private float tokenMax;
    private int tokenMaxPosition;
    private boolean fired;
    private long firedPane;
    private final Peaks peaks = new Peaks();

    /**
     * Takes one scored token.
     *
     * @return the score before it; negative infinity before the first
     */
    float take(Aggregator aggregator, int position, float signal) {
        float before = score;
        if (before == NO_SCORE || signal > tokenMax) {
            tokenMax = signal;
            tokenMaxPosition = position;
        }
        smoothed = aggregator.smooth(smoothed, signal);
        if (smoothed > score) {
            score = smoothed;
        }
        peaks.offer(position, signal);
        return before;
    }

    /** Books the first crossing. */
    void fire(long pane) {
        fired = true;
        firedPane = pane;
    }

    boolean firedIn(long pane) {
        return fired && firedPane == pane;
    }

    /** The score so far; 0 when no token was scored. */
    float score() {
        return score == NO_SCORE ? 0 : score;
    }

    Peaks peaks() {
        return peaks;
    }

    WatchScore toScore(String watch) {
        WatchScore.Builder out = WatchScore.newBuilder()
                .setWatch(watch)
                .setScore(score())
                .setTokenMax(tokenMax)
                .setTokenMaxPosition(tokenMaxPosition)
                .setFired(fired)
                .addAllPeaks(peaks.byPosition());
        return fired ? out.setFiredPane(firedPane).build() : out.build();
    }

    void write(StateWriter out) {
        out.f32(smoothed).f32(score).f32(tokenMax).varint(tokenMaxPosition);
        out.u8(fired ? 1 : 0).varint(firedPane);
        peaks.write(out);
    }

    void read(StateReader in) {
        smoothed = in.f32();
        score = in.f32();
        tokenMax = in.f32();
        tokenMaxPosition = in.count(Integer.MAX_VALUE);
        fired = in.count(1) == 1;
        firedPane = in.varint();
        peaks.read(in);
    }
}
