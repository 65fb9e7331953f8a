package io.seismo.score;

/** The score of one request for one signal outside the pipeline, token by token, by the pipeline's arithmetic. */
public final class SignalScore {

    private final WatchTrace trace = new WatchTrace();
    private int position;

    /** Takes the signal of the next scored token. */
    public void take(Aggregator aggregator, float signal) {
        trace.take(aggregator, position++, signal);
    }

    /** The score so far; 0 when no token was scored. */
    public float score() {
        return trace.score();
    }
}
