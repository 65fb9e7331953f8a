package io.seismo.contrast;

import io.seismo.encoder.SparseRows;
import io.seismo.score.Aggregator;

/**
 * Request scores of all features of one open request. Only features that have fired are kept: for the others a token's
 * signal is 0, and so is what any aggregator makes of zeros.
 */
final class RequestFeatures {

    private int[] features = new int[0];
    private float[] smoothed = new float[0];
    private float[] best = new float[0];
    private int size;

    /** Takes one scored row. */
    void take(Aggregator aggregator, SparseRows sparse, int row) {
        int room = size + sparse.end(row) - sparse.start(row);
        int[] mergedFeatures = new int[room];
        float[] mergedSmoothed = new float[room];
        float[] mergedBest = new float[room];
        int merged = 0;
        int old = 0;
        int entry = sparse.start(row);
        while (old < size || entry < sparse.end(row)) {
            int known = old < size ? features[old] : Integer.MAX_VALUE;
            int fired = entry < sparse.end(row) ? sparse.feature(entry) : Integer.MAX_VALUE;
            float signal = fired <= known ? sparse.value(entry++) : 0f;
            boolean seen = known <= fired;
            float now = aggregator.smooth(seen ? smoothed[old] : 0f, signal);
            mergedFeatures[merged] = Math.min(known, fired);
            mergedSmoothed[merged] = now;
            mergedBest[merged++] = seen && best[old] >= now ? best[old] : now;
            old += seen ? 1 : 0;
        }
        features = mergedFeatures;
        smoothed = mergedSmoothed;
        best = mergedBest;
        size = merged;
    }

    int size() {
        return size;
    }

    int feature(int index) {
        return features[index];
    }

    /** Score of the feature at {@code index}; at least 0. */
    float score(int index) {
        return Math.max(0f, best[index]);
    }
}
