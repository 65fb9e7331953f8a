package io.seismo.app.cli;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Durations as the spec writes them: {@code 500ms}, {@code 10s}, {@code 5m}, {@code 6h}, {@code 30d}, {@code 2w}. */
public final class Durations implements ITypeConverter<Duration> {

    private static final Pattern FORM = Pattern.compile("([0-9]{1,9})(ms|s|m|h|d|w)");

    @Override
    public Duration convert(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw new TypeConversionException("'" + text + "' is not a duration such as 10s, 5m, 6h, 30d");
        }
        long count = Long.parseLong(form.group(1));
        return switch (form.group(2)) {
            case "ms" -> Duration.ofMillis(count);
            case "s" -> Duration.ofSeconds(count);
            case "m" -> Duration.ofMinutes(count);
            case "h" -> Duration.ofHours(count);
            case "d" -> Duration.ofDays(count);
            default -> Duration.ofDays(7 * count);
        };
    }

    /** Milliseconds in the largest unit that leaves no rest: 600,000 as {@code 10m}. */
    public static String text(long ms) {
        String[] units = {"d", "h", "m", "s"};
        long[] lengths = {86_400_000, 3_600_000, 60_000, 1_000};
        for (int i = 0; i < units.length; i++) {
            if (ms >= lengths[i] && ms % lengths[i] == 0) {
                return ms / lengths[i] + units[i];
            }
        }
        return ms + "ms";
    }
}
