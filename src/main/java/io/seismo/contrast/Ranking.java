package io.seismo.contrast;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Features in order of what they are worth on the choosing half: by AUROC, then effect, then index. Features that fire in
 * no positive request are left out.
 */
public final class Ranking {

    private static final Comparator<FeatureFigures> BY_AUROC = Comparator.comparingDouble(FeatureFigures::auroc)
            .reversed()
            .thenComparing(Comparator.comparingDouble(FeatureFigures::effect).reversed())
            .thenComparingInt(FeatureFigures::feature);

    private final List<FeatureFigures> ordered;
    private final Map<Integer, Integer> otherRanks = new HashMap<>();

    /** Orders them. */
    public Ranking(List<FeatureFigures> figures) {
        List<FeatureFigures> candidates = new ArrayList<>(figures);
        candidates.removeIf(figure -> figure.firedPositive() == 0);
        candidates.sort(BY_AUROC);
        ordered = List.copyOf(candidates);
        candidates.removeIf(figure -> Double.isNaN(figure.aurocOther()));
        candidates.sort(Comparator.comparingDouble(FeatureFigures::aurocOther)
                .reversed()
                .thenComparingInt(FeatureFigures::feature));
        for (int i = 0; i < candidates.size(); i++) {
            otherRanks.put(candidates.get(i).feature(), i + 1);
        }
    }

    /** The best. */
    public List<FeatureFigures> top(int most) {
        return ordered.subList(0, Math.min(most, ordered.size()));
    }

    /** Features that fire in a positive request at all. */
    public int candidates() {
        return ordered.size();
    }

    /** Rank on the other half by itself, from 1; 0 when it has none. */
    public int otherRank(int feature) {
        return otherRanks.getOrDefault(feature, 0);
    }
}
