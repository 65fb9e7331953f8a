package io.seismo.bench;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One measured number beside its limit.
 *
 * @param name what was measured
 * @param value median, or the quantile that the name gives
 * @param unit of value and limit
 * @param limitName what the limit is
 * @param limit measured in the same run; NaN when there is none
 * @param ratio how the two compare; NaN when there is no limit
 * @param aim what was aimed for, in words; {@code null} when nothing was
 * @param met whether the aim was met; {@code null} without an aim
 */
record Figure(
        String name,
        double value,
        String unit,
        String limitName,
        double limit,
        double ratio,
        @Nullable String aim,
        @Nullable Boolean met) {

    /** A figure with no limit and no aim: for orientation. */
    static Figure plain(String name, double value, String unit) {
        return new Figure(name, value, unit, "", Double.NaN, Double.NaN, null, null);
    }

    /** A figure beside its limit. */
    static Figure beside(String name, double value, String unit, String limitName, double limit) {
        return new Figure(name, value, unit, limitName, limit, value / limit, null, null);
    }

    Figure withRatio(double measured) {
        return new Figure(name, value, unit, limitName, limit, measured, aim, met);
    }

    Figure aiming(String words, boolean reached) {
        return new Figure(name, value, unit, limitName, limit, ratio, words, reached);
    }

    /** One line for people. */
    String line() {
        StringBuilder out = new StringBuilder(String.format(Locale.ROOT, "%-34s %s %s", name, number(value), unit));
        if (!Double.isNaN(limit)) {
            out.append(String.format(
                    Locale.ROOT, "   %s %s %s   ratio %s", limitName, number(limit), unit, number(ratio)));
        }
        if (aim != null) {
            out.append("   aim ").append(aim).append(Boolean.TRUE.equals(met) ? ": met" : ": MISSED");
        }
        return out.toString();
    }

    private static String number(double value) {
        double size = Math.abs(value);
        String pattern = size >= 1000 ? "%,.0f" : size >= 100 ? "%.0f" : size >= 10 ? "%.1f" : "%.3f";
        return String.format(Locale.ROOT, pattern, value);
    }
}
