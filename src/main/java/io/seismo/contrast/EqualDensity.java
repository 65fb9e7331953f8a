package io.seismo.contrast;

import io.seismo.window.Fnv;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** Random features about as dense as a given one: what a rule of that density catches by chance. */
public final class EqualDensity {

    private static final double[] FACTORS = {1.25, 1.5, 2, 4};

    private EqualDensity() {}

    /**
     * Chooses them, in the order of a hash of their index, among features within a quarter of the density; within a
     * half, the double, the fourfold where there are too few.
     *
     * @param all figures of all features, in order of index
     * @param feature whose density is wanted
     * @param without features that must not be taken
     * @param most how many
     */
    public static List<Integer> pick(List<FeatureFigures> all, int feature, Collection<Integer> without, int most) {
        double density = all.get(feature).density();
        List<Integer> found = new ArrayList<>();
        for (double factor : FACTORS) {
            found.clear();
            for (FeatureFigures figures : all) {
                boolean near = figures.density() <= density * factor && figures.density() >= density / factor;
                if (near && figures.density() > 0 && !without.contains(figures.feature())) {
                    found.add(figures.feature());
                }
            }
            if (found.size() >= most) {
                break;
            }
        }
        found.sort(Comparator.comparingLong(index -> Fnv.mix64(Fnv.hash64("random/" + index))));
        return List.copyOf(found.subList(0, Math.min(most, found.size())));
    }
}
