package io.seismo.weights;

/**
 * What decides how much memory and work an encoder will need, known before its matrix is read.
 *
 * @param dIn width of a row
 * @param width d_sae; 1 for a probe
 * @param wholeRow whether a feature depends on all others of its row
 * @param normalised whether rows are normalised, in fp32, before the matrix
 * @param inFile whether W lies in a file as it is needed, and is not converted in memory
 */
public record Footprint(int dIn, int width, boolean wholeRow, boolean normalised, boolean inFile) {}
