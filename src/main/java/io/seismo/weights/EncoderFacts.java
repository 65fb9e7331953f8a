package io.seismo.weights;

/**
 * What a planner needs to know of an encoder before anyone loads it.
 *
 * @param probe whether it is a probe rather than an SAE
 * @param dIn width of a row of activations
 * @param width d_sae; 1 for a probe
 * @param hook hook name it was trained on; empty when not stated
 */
public record EncoderFacts(boolean probe, int dIn, int width, String hook) {}
