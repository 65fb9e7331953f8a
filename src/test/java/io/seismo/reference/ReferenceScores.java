package io.seismo.reference;

import io.seismo.spec.AggregatorSpec;
import io.seismo.spec.DetectorPlan;
import io.seismo.spec.MonitorPlan;
import io.seismo.spec.WatchPlan;
import io.seismo.wire.TokenPeak;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a watch entry makes of a request: told again from its rows each time it is asked. */
final class ReferenceScores {

    /** The score first crossed something at this row. */
    record Crossing(Story.Seen seen, float score, List<TokenPeak> peaks) {}

    /**
     * @param score aggregated score; 0 when no row was scored
     * @param tokenMax largest signal
     * @param fired first crossing of the entry's threshold
     * @param breaches first crossing of each cap, by detector id
     */
    record Told(
            float score,
            float tokenMax,
            long tokenMaxPosition,
            @Nullable Crossing fired,
            SortedMap<String, Crossing> breaches,
            List<TokenPeak> peaks) {}

    private static final int PEAKS = 8;

    private ReferenceScores() {}

    static Told tell(WatchPlan watch, Story story) {
        List<TokenPeak> tokens = new ArrayList<>();
        float average = 0;
        float score = 0;
        Crossing fired = null;
        SortedMap<String, Crossing> breaches = new TreeMap<>();
        for (Story.Seen seen : story.rows) {
            if (seen.row().kind() != 0) {
                continue;
            }
            float signal = signal(watch, seen.row().watched());
            tokens.add(TokenPeak.newBuilder()
                    .setPosition((int) seen.row().position())
                    .setValue(signal)
                    .build());
            average = next(watch.aggregator(), average, signal);
            score = tokens.size() == 1 ? average : Math.max(score, average);
            if (fired == null && score > watch.firesAbove()) {
                fired = new Crossing(seen, score, peaks(tokens));
            }
            for (DetectorPlan.Cap cap : caps(story.plan, watch)) {
                if (score > cap.above() && !breaches.containsKey(cap.id())) {
                    breaches.put(cap.id(), new Crossing(seen, score, peaks(tokens)));
                }
            }
        }
        TokenPeak top = tokens.stream().min(BY_VALUE).orElse(TokenPeak.getDefaultInstance());
        return new Told(score, top.getValue(), top.getPosition(), fired, breaches, peaks(tokens));
    }

    /** Largest value first, then the earliest. */
    private static final Comparator<TokenPeak> BY_VALUE = ((Comparator<TokenPeak>)
                    (a, b) -> a.getValue() > b.getValue() ? -1 : a.getValue() < b.getValue() ? 1 : 0)
            .thenComparing(TokenPeak::getPosition);

    private static float next(AggregatorSpec aggregator, float average, float signal) {
        if (aggregator instanceof AggregatorSpec.EmaMax ema) {
            return ema.alpha() * signal + (1 - ema.alpha()) * average;
        }
        return signal;
    }

    static float signal(WatchPlan watch, float[] watched) {
        float signal = Float.NEGATIVE_INFINITY;
        for (int column : watch.columns()) {
            signal = Math.max(signal, watched[column]);
        }
        return signal;
    }

    static List<DetectorPlan.Cap> caps(MonitorPlan plan, WatchPlan watch) {
        List<DetectorPlan.Cap> caps = new ArrayList<>();
        for (DetectorPlan detector : plan.detectors()) {
            if (detector instanceof DetectorPlan.Cap cap && cap.watches().contains(watch.id())) {
                caps.add(cap);
            }
        }
        return caps;
    }

    private static List<TokenPeak> peaks(List<TokenPeak> tokens) {
        return tokens.stream()
                .sorted(BY_VALUE)
                .limit(PEAKS)
                .sorted(Comparator.comparing(TokenPeak::getPosition))
                .toList();
    }
}
