package io.seismo.reference;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** One order of several sequences that keeps the order within each. */
public final class Interleaving {

    private Interleaving() {}

    /** A seeded order; runs of a sequence come in bursts of up to {@code burst}. */
    public static <T> List<T> of(List<List<T>> sequences, SplittableRandom random, int burst) {
        int[] next = new int[sequences.size()];
        List<T> out = new ArrayList<>();
        int left = sequences.stream().mapToInt(List::size).sum();
        while (left > 0) {
            int s = random.nextInt(sequences.size());
            for (int b = random.nextInt(1, burst + 1);
                    b > 0 && next[s] < sequences.get(s).size();
                    b--) {
                out.add(sequences.get(s).get(next[s]++));
                left--;
            }
        }
        return out;
    }
}
