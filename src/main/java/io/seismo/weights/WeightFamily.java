package io.seismo.weights;

import io.seismo.spec.EncoderFacts;

/** A way weights lie on disk, and the algebra that brings them into canonical form. */
public interface WeightFamily {

    /** Whether the folder looks like this family; cheap, reads names only. */
    boolean recognises(WeightFolder folder);

    /**
     * Loads and converts.
     *
     * @throws WeightsException when a file is unsound, or a setting is not supported, with the reason
     */
    EncoderWeights load(WeightFolder folder);

    /** Reads what can be said without touching the matrix. */
    EncoderFacts facts(WeightFolder folder);
}
