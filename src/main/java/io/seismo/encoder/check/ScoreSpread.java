package io.seismo.encoder.check;

/** Smallest, mean and largest of one output's scores, and how widely they spread; in constant space. */
public final class ScoreSpread {

    private long count;
    private long above;
    private double mean;
    private double squares;
    private double min = Double.POSITIVE_INFINITY;
    private double max = Double.NEGATIVE_INFINITY;

    /**
     * What was seen.
     *
     * @param sd standard deviation over all rows
     * @param above share of rows that score above 0
     */
    public record Result(double min, double mean, double max, double sd, double above) {}

    /** Adds one score: Welford 1962, "Note on a Method for Calculating Corrected Sums of Squares and Products". */
    public void add(double score) {
        count++;
        double apart = score - mean;
        mean += apart / count;
        squares += apart * (score - mean);
        min = Math.min(min, score);
        max = Math.max(max, score);
        above += score > 0 ? 1 : 0;
    }

    /** All zero where nothing was added. */
    public Result result() {
        return count == 0
                ? new Result(0, 0, 0, 0, 0)
                : new Result(min, mean, max, Math.sqrt(squares / count), (double) above / count);
    }
}
