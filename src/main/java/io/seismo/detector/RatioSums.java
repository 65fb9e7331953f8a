package io.seismo.detector;

/**
 * A ratio of two totals over panes, and how much of it is chance.
 *
 * <p>Tokens of a request resemble each other, so the tokens of a window are far fewer independent observations than their
 * number says; panes hold requests more or less whole. The ratio {@code r = Σa / Σb} is therefore judged as that of a sample
 * of clusters, by the linearised variance {@code k/(k−1) · Σ(a_i − r·b_i)² / (Σb)²} (Cochran, Sampling Techniques, 3rd ed.,
 * 1977, 6.4 and 9A.3). A pane that outweighs the others counts less as an observation: the number of panes is taken as
 * {@code k = (Σb)² / Σb²} (Kish, Survey Sampling, 1965, 11.7). Linearised, the error comes out too small where panes are few,
 * up to 1.3 times the stated alarms; widened by {@code k/(k−1)}, as leaving out one pane at a time would do, it does not (a
 * test measures both).
 *
 * @param a sum of numerators
 * @param b sum of denominators
 * @param aa sum of squares of numerators
 * @param ab sum of products
 * @param bb sum of squares of denominators
 */
public record RatioSums(long panes, double a, double b, double aa, double ab, double bb) {

    /** Nothing yet. */
    public static final RatioSums NONE = new RatioSums(0, 0, 0, 0, 0, 0);

    /** With another pane; one without a denominator says nothing. */
    public RatioSums plus(double numerator, double denominator) {
        if (!(denominator > 0)) {
            return this;
        }
        return new RatioSums(
                panes + 1,
                a + numerator,
                b + denominator,
                aa + numerator * numerator,
                ab + numerator * denominator,
                bb + denominator * denominator);
    }

    /** The ratio; 0 without a pane. */
    public double ratio() {
        return b > 0 ? a / b : 0;
    }

    /** Panes of equal weight that would say as much. */
    public double effectivePanes() {
        return bb > 0 ? b * b / bb : 0;
    }

    /** Standard error of the ratio; 0 with fewer than two panes. */
    public double standardError() {
        if (panes < 2) {
            return 0;
        }
        double r = ratio();
        double squares = Math.max(0, aa - 2 * r * ab + r * r * bb);
        double weight = Math.max(2, effectivePanes());
        return Math.sqrt(squares * panes / (panes - 1)) / b * weight / (weight - 1);
    }
}
