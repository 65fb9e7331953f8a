package io.seismo.alert;

import java.time.Instant;
import java.util.Locale;

/** Numbers, spans and instants as an engineer at three in the morning reads them; the same on every machine. */
final class Words {

    private Words() {}

    /** 2140 → {@code 2,140}. */
    static String count(long n) {
        return String.format(Locale.ROOT, "%,d", n);
    }

    /** Expected counts and statistics: three digits where they matter, {@code 0.9}, {@code 23.1}, {@code 0.004}. */
    static String number(double x) {
        double size = Math.abs(x);
        if (size != 0 && size < 0.001) {
            return "under 0.001";
        }
        return String.format(Locale.ROOT, size >= 0.1 || size == 0 ? "%,.1f" : "%.3f", x);
    }

    /** 0.612 → {@code 61.2 %}. */
    static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f %%", 100 * share);
    }

    /** 60000 → {@code 1m}; 90000 → {@code 1m30s}. */
    static String span(long ms) {
        if (ms < 1000) {
            return ms + "ms";
        }
        long seconds = ms / 1000;
        StringBuilder out = new StringBuilder();
        append(out, seconds / 3600, 'h');
        append(out, seconds / 60 % 60, 'm');
        append(out, seconds % 60, 's');
        return out.toString();
    }

    /** Time of day, UTC: {@code 14:02:10Z}. */
    static String clock(long ms) {
        return instant(ms).substring(11);
    }

    /** ISO-8601 to the second, UTC. */
    static String instant(long ms) {
        return Instant.ofEpochSecond(Math.floorDiv(ms, 1000)).toString();
    }

    private static void append(StringBuilder out, long n, char unit) {
        if (n > 0) {
            out.append(n).append(unit);
        }
    }
}
