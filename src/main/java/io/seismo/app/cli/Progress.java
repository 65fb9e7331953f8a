package io.seismo.app.cli;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * One line that says how far a long command is: count, share, rate, time left. On a terminal it rewrites itself; in a
 * pipe it is a plain line every few seconds. Not thread-safe: one thread reports.
 */
public final class Progress implements AutoCloseable {

    private static final long TERMINAL_INTERVAL = Duration.ofMillis(200).toNanos();
    private static final long PLAIN_INTERVAL = Duration.ofSeconds(5).toNanos();
    private static final String CLEAR_LINE = "\r\033[K";

    private final PrintStream stream;
    private final boolean terminal;
    private final LongSupplier nanos;
    private final String label;
    private final String unit;
    private final long total;
    private final long started;
    private long shown;
    private long count;

    /**
     * @param stream where to write
     * @param terminal whether the line may rewrite itself
     * @param nanos a monotonic clock
     * @param what label, unit and total
     */
    Progress(PrintStream stream, boolean terminal, LongSupplier nanos, Work what) {
        this.stream = stream;
        this.terminal = terminal;
        this.nanos = nanos;
        this.label = what.label();
        this.unit = what.unit();
        this.total = what.total();
        this.started = nanos.getAsLong();
        this.shown = started;
    }

    /**
     * What is being done.
     *
     * @param label a verb phrase, such as {@code reading features}
     * @param unit of the count, plural
     * @param total expected count; 0 or below when not known
     */
    record Work(String label, String unit, long total) {}

    /** A progress line on stderr, rewriting itself where stderr is a terminal. */
    public static Progress onStandardError(String label, String unit, long total) {
        return new Progress(System.err, isTerminal(), System::nanoTime, new Work(label, unit, total));
    }

    /** Whether stderr is a terminal: the launcher knows; without it, whether the process has a console. */
    static boolean isTerminal() {
        String told = System.getProperty("seismo.terminal");
        return told == null ? System.console() != null && System.getenv("TERM") != null : Boolean.parseBoolean(told);
    }

    /** Adds to the count. */
    public void add(long more) {
        to(count + more);
    }

    /** Sets the count and shows it when it is time to. */
    public void to(long current) {
        count = current;
        long now = nanos.getAsLong();
        if (now - shown >= (terminal ? TERMINAL_INTERVAL : PLAIN_INTERVAL)) {
            shown = now;
            show(line(now));
        }
    }

    /** Shows the last state, if anything was shown or much time has passed, and ends the line. */
    @Override
    public void close() {
        if (shown != started) {
            show(line(nanos.getAsLong()));
            if (terminal) {
                stream.println();
            }
        }
    }

    private void show(String line) {
        if (terminal) {
            stream.print(CLEAR_LINE + line);
            stream.flush();
        } else {
            stream.println(line);
        }
    }

    private String line(long now) {
        double seconds = Math.max(1e-9, (now - started) / 1e9);
        double rate = count / seconds;
        StringBuilder line = new StringBuilder(label).append(": ").append(grouped(count));
        if (total > 0) {
            line.append(" of ").append(grouped(total));
        }
        line.append(' ').append(unit);
        if (total > 0) {
            line.append(String.format(Locale.ROOT, ", %.0f %%", 100.0 * count / total));
        }
        line.append(", ").append(grouped(Math.round(rate))).append("/s");
        if (total > count && rate > 0) {
            line.append(", ").append(left((total - count) / rate)).append(" left");
        }
        return line.toString();
    }

    private static String grouped(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    private static String left(double seconds) {
        long whole = (long) Math.ceil(seconds);
        if (whole < 60) {
            return whole + " s";
        }
        return whole < 3600
                ? whole / 60 + " min " + whole % 60 + " s"
                : whole / 3600 + " h " + whole % 3600 / 60 + " min";
    }
}
