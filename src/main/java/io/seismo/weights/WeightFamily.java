package io.seismo.weights;

import io.seismo.spec.EncoderFacts;
import java.util.Optional;

/** A way weights lie on disk, and the algebra that brings them into canonical form. */
public interface WeightFamily {

    /** Whether the folder looks like this family; cheap, reads names or a header, refuses nothing. */
    boolean recognises(WeightFolder folder);

    /**
     * Loads and converts.
     *
     * @throws WeightsException when a file is unsound, or a setting is not supported, with the reason
     */
    EncoderWeights load(WeightFolder folder);

    /** Reads what can be said without touching the matrix. */
    EncoderFacts facts(WeightFolder folder);

    /** Family and architecture, as the manifest will name them; override where that needs no loading. */
    default String name(WeightFolder folder) {
        return load(folder).manifest().family();
    }

    /** The way back from features to the input; none for a probe, and none where the output is not the input. */
    default Optional<Decoder> decoder(WeightFolder folder) {
        return Optional.empty();
    }

    /** Share of tokens on which each feature fired in training, where the files tell. */
    default Optional<double[]> rates(WeightFolder folder) {
        return Optional.empty();
    }
}
