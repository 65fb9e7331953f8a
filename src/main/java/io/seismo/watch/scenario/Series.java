package io.seismo.watch.scenario;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Values per interval, in the notation of {@code promtool test rules}, and one addition.
 *
 * <table>
 * <caption>Notation; terms are separated by spaces</caption>
 * <tr><td>{@code 5}</td><td>5</td></tr>
 * <tr><td>{@code 5x3}</td><td>5 5 5 5: the value, then three more</td></tr>
 * <tr><td>{@code 1+2x3}, {@code 9-2x3}</td><td>1 3 5 7, 9 7 5 3</td></tr>
 * <tr><td>{@code _x3}</td><td>nothing, three times: zero</td></tr>
 * <tr><td>{@code ~2x3}</td><td>four draws from a Poisson distribution of mean 2, from the scenario's seed</td></tr>
 * </table>
 */
final class Series {

    /** Ten days of ten-second panes. */
    static final int MAX_LENGTH = 90_000;

    private static final double MAX_MEAN = 500;
    private static final String NUMBER = "(\\d{1,9}(?:\\.\\d{1,9})?)";
    private static final Pattern TERM = Pattern.compile("(~?)" + NUMBER + "(?:([+-])" + NUMBER + ")?(?:x(\\d{1,6}))?");
    private static final Pattern NOTHING = Pattern.compile("_(?:x(\\d{1,6}))?");

    private Series() {}

    /**
     * Reads a series.
     *
     * @param seed of draws; another seed for each series of a scenario
     * @throws IllegalArgumentException with the term that cannot be read
     */
    static double[] parse(String text, long seed) {
        List<Double> values = new ArrayList<>();
        for (String term : text.strip().split("\\s+")) {
            Matcher nothing = NOTHING.matcher(term);
            Matcher matcher = TERM.matcher(term);
            if (nothing.matches()) {
                int times = nothing.group(1) == null ? 1 : Integer.parseInt(nothing.group(1));
                require(values.size() + times, term);
                for (int i = 0; i < times; i++) {
                    values.add(0.0);
                }
            } else if (matcher.matches()) {
                add(matcher, seed, values);
            } else {
                throw new IllegalArgumentException(
                        "cannot read the term \"" + shortened(term) + "\"; write 5, 5x3, 1+2x3, 9-2x3, _x3 or ~2x3");
            }
        }
        return values.stream().mapToDouble(Double::doubleValue).toArray();
    }

    private static void add(Matcher term, long seed, List<Double> values) {
        boolean drawn = !term.group(1).isEmpty();
        double value = Double.parseDouble(term.group(2));
        double step = term.group(4) == null ? 0 : Double.parseDouble(term.group(4));
        int more = term.group(5) == null ? 0 : Integer.parseInt(term.group(5));
        require(values.size() + more + 1L, term.group());
        for (int i = 0; i <= more; i++) {
            double at = Math.max(0, "-".equals(term.group(3)) ? value - step * i : value + step * i);
            values.add(drawn ? poisson(at, seed, values.size()) : at);
        }
    }

    private static void require(long length, String term) {
        if (length > MAX_LENGTH) {
            throw new IllegalArgumentException(
                    "\"" + shortened(term) + "\" makes the series longer than " + MAX_LENGTH + " intervals");
        }
    }

    /** Inverse of the distribution function at a number made from seed and place. */
    private static double poisson(double mean, long seed, int place) {
        if (mean > MAX_MEAN) {
            throw new IllegalArgumentException("a mean to draw from is at most " + (int) MAX_MEAN);
        }
        double u = (mix(seed * 0x9e3779b97f4a7c15L + place) >>> 11) * 0x1p-53;
        double mass = StrictMath.exp(-mean);
        double sum = mass;
        int count = 0;
        while (u >= sum && count < 10 * MAX_MEAN) {
            count++;
            mass *= mean / count;
            sum += mass;
        }
        return count;
    }

    /** The finaliser of SplitMix64 (Steele, Lea and Flood 2014). */
    private static long mix(long z) {
        long x = z + 0x9e3779b97f4a7c15L;
        x = (x ^ (x >>> 30)) * 0xbf58476d1ce4e5b9L;
        x = (x ^ (x >>> 27)) * 0x94d049bb133111ebL;
        return x ^ (x >>> 31);
    }

    private static String shortened(String term) {
        return term.length() <= 40 ? term : term.substring(0, 40) + "…";
    }
}
