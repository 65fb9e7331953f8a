package io.seismo.encoder.check;

/**
 * Rates on these rows against the rates an SAE was published with.
 *
 * @param l0 sum of the published rates
 * @param dead features that never fired there
 * @param expectedSilent features that would stay silent on as many independent rows at the published rates
 * @param missing features that are silent here although at least {@value #SURE} firings were to be expected
 * @param correlation of log rates over features alive in both (Pearson); 0 when there are fewer than two
 */
public record SparsityCheck(double l0, int dead, double expectedSilent, int missing, double correlation) {

    private static final int SURE = 20;

    /** Compares; {@code rates} has one value for each feature counted. */
    public static SparsityCheck of(ActiveCounts here, double[] rates) {
        double l0 = 0;
        double silent = 0;
        int dead = 0;
        int missing = 0;
        Correlation logs = new Correlation();
        for (int f = 0; f < rates.length; f++) {
            l0 += rates[f];
            silent += Math.pow(1 - Math.min(1, rates[f]), here.rows());
            dead += rates[f] == 0 ? 1 : 0;
            missing += here.fired(f) == 0 && rates[f] * here.rows() >= SURE ? 1 : 0;
            if (here.fired(f) > 0 && rates[f] > 0) {
                logs.add(Math.log(rates[f]), Math.log((double) here.fired(f) / here.rows()));
            }
        }
        return new SparsityCheck(l0, dead, silent, missing, logs.value());
    }

    /** Pearson's coefficient, by Welford's updates. */
    private static final class Correlation {

        private long count;
        private double meanX;
        private double meanY;
        private double xx;
        private double yy;
        private double xy;

        void add(double x, double y) {
            count++;
            double dx = x - meanX;
            meanX += dx / count;
            double dy = y - meanY;
            meanY += dy / count;
            xx += dx * (x - meanX);
            yy += dy * (y - meanY);
            xy += dx * (y - meanY);
        }

        double value() {
            return count < 2 || xx == 0 || yy == 0 ? 0 : xy / Math.sqrt(xx * yy);
        }
    }
}
