package io.seismo.spec;

/**
 * A prompt whose rows are known.
 *
 * @param recorded file of its recorded rows
 * @param tolerance how far, relative to its recorded norm, a row may be from what was recorded; 0 for bit for bit
 */
public record CanarySpec(String recorded, double tolerance) {}
