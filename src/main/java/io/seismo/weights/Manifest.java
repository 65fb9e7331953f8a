package io.seismo.weights;

import java.util.List;

/**
 * Where weights come from and what was done to them.
 *
 * @param family {@code saelens/jumprelu}, {@code probe/linear} …
 * @param source file the weights came from
 * @param sourceSha256 of that file, hex
 * @param configSha256 of its configuration, hex; empty when there is none
 * @param hook hook name it was trained on; empty when not stated
 * @param model model it was trained on; empty when not stated
 * @param dIn width of a row of activations
 * @param width d_sae; 1 for a probe
 * @param dtype element type of the encoder matrix in the file
 * @param folded what was folded into W and c, in order, in words
 */
public record Manifest(
        String family,
        String source,
        String sourceSha256,
        String configSha256,
        String hook,
        String model,
        int dIn,
        int width,
        String dtype,
        List<String> folded) {

    public Manifest {
        folded = List.copyOf(folded);
        if (dIn < 1 || width < 1) {
            throw new IllegalArgumentException("d_in and width must be at least 1");
        }
    }
}
