package io.seismo.weights;

/** What is done to a row x of d_in values before the matrix. */
public enum InputNorm {
    /** x. */
    NONE,
    /** x − mean(x). */
    CENTRE,
    /** (x − mean(x)) / (s + 1e-5), s the standard deviation with divisor d_in − 1. */
    LAYER_NORM,
    /** x · √d_in / ‖x‖₂; a row of zeros stays zero. */
    CONSTANT_NORM
}
