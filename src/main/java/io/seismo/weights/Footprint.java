package io.seismo.weights;

/**
 * What decides how much memory and work an encoder will need, known before its matrix is read.
 *
 * @param dIn width of a row
 * @param width d_sae; 1 for a probe
 * @param wholeRow whether a feature depends on all others of its row
 * @param topK whether that is so because the k largest are kept
 * @param normalised whether rows are normalised, in fp32, before the matrix
 * @param inFile whether W lies in a file as it is needed, and is not converted in memory
 */
public record Footprint(int dIn, int width, boolean wholeRow, boolean topK, boolean normalised, boolean inFile) {

    /** The same with a threshold in place of top-k. */
    public Footprint thresholded() {
        return new Footprint(dIn, width, false, false, normalised, inFile);
    }
}
