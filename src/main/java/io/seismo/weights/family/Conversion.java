package io.seismo.weights.family;

import io.seismo.weights.Activation;
import io.seismo.weights.EncoderWeights;
import io.seismo.weights.InputNorm;
import io.seismo.weights.Manifest;
import io.seismo.weights.MatrixSource;

/**
 * An SAE in canonical form but for its matrix, which has not been brought over yet.
 *
 * @param origin its files
 * @param manifest where it comes from
 * @param matrix W, [d_in, d_sae]
 * @param bias c
 * @param activation act
 * @param thresholds where the thresholds of {@code act} come from, in words; empty where it has none
 * @param norm applied to each row first
 */
public record Conversion(
        Origin origin,
        Manifest manifest,
        MatrixSource matrix,
        float[] bias,
        Activation activation,
        String thresholds,
        InputNorm norm) {

    /** Brings the matrix over to memory, or uses it where it lies. */
    public EncoderWeights load() {
        return new EncoderWeights(manifest, matrix.load(), bias, activation, norm);
    }
}
