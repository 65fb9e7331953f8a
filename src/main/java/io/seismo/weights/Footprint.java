package io.seismo.weights;

/**
 * What decides how much memory and work an encoder will need, known before its matrix is read.
 *
 * @param dIn width of a row
 * @param width d_sae; 1 for a probe
 * @param wholeRow whether a feature depends on all others of its row
 * @param topK whether that is so because the k largest are kept
 * @param norm what is done to rows, in fp32, before the matrix
 * @param inFile whether W lies in a file as it is needed, and is not converted in memory
 */
public record Footprint(int dIn, int width, boolean wholeRow, boolean topK, InputNorm norm, boolean inFile) {

    /** The same with a threshold in place of top-k. */
    public Footprint thresholded() {
        return new Footprint(dIn, width, false, false, norm, inFile);
    }

    /** Whether rows are normalised, so that they reach the matrix in fp32. */
    public boolean normalised() {
        return norm != InputNorm.NONE;
    }
}
