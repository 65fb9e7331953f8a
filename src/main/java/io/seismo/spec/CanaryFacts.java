package io.seismo.spec;

import io.seismo.wire.Dtype;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a plan needs to know about recorded rows.
 *
 * @param model they were recorded of
 * @param revision of that model
 * @param rows of every hook point
 * @param hooks that were recorded, by hook name; {@code hook@revision} for rows of another revision
 * @param nearest how far, relative to its norm, a row is from the most alike other row it could be mistaken for: at another
 *     hook point, of another revision, or one position further; of a whole prompt, so its largest
 * @param digest SHA-256 of the file, hex
 */
public record CanaryFacts(
        String model, String revision, int rows, SortedMap<String, Hook> hooks, double nearest, String digest) {

    /**
     * Form of one hook point's rows.
     *
     * @param dtype as recorded
     * @param width of a row
     */
    public record Hook(Dtype dtype, int width) {}

    public CanaryFacts {
        hooks = Collections.unmodifiableSortedMap(new TreeMap<>(hooks));
        if (rows < 1 || hooks.isEmpty() || !(nearest >= 0)) {
            throw new IllegalArgumentException("a recording has rows of at least one hook point");
        }
    }
}
