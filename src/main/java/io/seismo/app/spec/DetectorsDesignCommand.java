package io.seismo.app.spec;

import io.seismo.app.cli.Durations;
import io.seismo.app.cli.Output;
import io.seismo.detector.CusumDesign;
import io.seismo.detector.CusumLimits;
import io.seismo.detector.RunLength;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/**
 * {@code seismo detectors design}: what a rate detector's budget of false pages buys. Prints, for each usual count and
 * shift, the chart and how long it takes to find a rate 2, 3, 5 or 10 times the usual.
 */
@Command(
        name = "design",
        description = "Show the charts of a rate detector and how fast they find a change.",
        footerHeading = "%nExample:%n",
        footer = {
            "  seismo detectors design --false-pages-per-week 0.8 --watches 2 --shifts 2,5 --mu0 0.05,1,10",
            "",
            "mu0 is the number of requests that usually fire in a window. k and h are in requests, ARL0 is the",
            "mean time between false pages of one chart, delays are means from a chart at zero, in minutes."
        })
final class DetectorsDesignCommand implements Callable<Integer> {

    private static final double[] RATIOS = {2, 3, 5, 10};
    private static final String DEFAULT = "[${DEFAULT-VALUE}] ";
    private static final int MOST_WATCHES = 100_000;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    @Option(
            names = "--false-pages-per-week",
            defaultValue = "0.8",
            paramLabel = "N",
            description = DEFAULT + "budget over all watch entries and shifts")
    private double falsePagesPerWeek;

    @Option(names = "--watches", defaultValue = "2", paramLabel = "N", description = DEFAULT + "watch entries")
    private int watches;

    @Option(
            names = "--window",
            defaultValue = "1m",
            paramLabel = "TIME",
            converter = Durations.class,
            description = DEFAULT + "length of a window, such as 30s or 5m")
    private Duration window = Duration.ofMinutes(1);

    @Option(
            names = "--shifts",
            split = ",",
            defaultValue = "2,5",
            paramLabel = "R",
            description = DEFAULT + "rate ratios the charts are tuned to")
    private List<Double> shifts = List.of();

    @Option(
            names = "--mu0",
            split = ",",
            defaultValue = "0.05,0.2,1,2,10",
            paramLabel = "MU",
            description = DEFAULT + "requests that usually fire in a window")
    private List<Double> means = List.of();

    @Option(
            names = "--dispersion",
            defaultValue = "1",
            paramLabel = "PHI",
            description = DEFAULT + "variance over mean of that count, 1 to 25")
    private double dispersion;

    @Mixin
    private Output output = new Output();

    /**
     * One chart.
     *
     * @param mu0 usual requests that fire in a window
     * @param shift rate ratio it is tuned to
     * @param k reference value, requests
     * @param h limit, requests
     * @param arl0Windows mean windows between its false pages
     * @param arl0Weeks the same in weeks
     * @param delayMinutes mean minutes to find a rate that many times the usual
     */
    record Row(
            double mu0,
            double shift,
            double k,
            double h,
            double arl0Windows,
            double arl0Weeks,
            Map<String, Double> delayMinutes) {}

    @Override
    public Integer call() {
        check();
        CusumDesign design = new CusumDesign(window.toMillis(), watches * shifts.size(), falsePagesPerWeek);
        List<Row> rows = new ArrayList<>();
        for (double shift : shifts) {
            CusumLimits limits = design.limits(shift);
            for (double mean : means) {
                rows.add(row(design, limits, mean));
            }
        }
        output.write(document(design, rows), out -> print(out, design, rows));
        return 0;
    }

    private Row row(CusumDesign design, CusumLimits limits, double mean) {
        double k = CusumDesign.k(mean, limits.shift());
        double h = limits.h(mean, dispersion);
        RunLength length = new RunLength(k, h);
        double quiet = length.from(0, mean, dispersion);
        Map<String, Double> delays = new LinkedHashMap<>();
        for (double ratio : RATIOS) {
            double windows = length.from(0, ratio * mean, dispersion);
            delays.put(number(ratio) + "x", windows * design.windowMs() / 60_000);
        }
        return new Row(mean, limits.shift(), k, h, quiet, quiet / design.weekWindows(), delays);
    }

    private void check() {
        require(falsePagesPerWeek > 0 && falsePagesPerWeek <= 1_000, "--false-pages-per-week is above 0");
        require(window.toMillis() >= 1_000 && window.toHours() <= 168, "--window is 1s to 168h");
        require(watches >= 1 && watches <= MOST_WATCHES, "--watches is 1 to " + MOST_WATCHES);
        require(dispersion >= 1 && dispersion <= 25, "--dispersion is 1 to 25");
        require(!shifts.isEmpty() && shifts.size() <= 8, "--shifts takes one to eight ratios");
        require(means.size() <= 100, "--mu0 takes at most 100 counts");
        for (double shift : shifts) {
            require(shift >= 1.2 && shift <= 100, "a shift is 1.2 to 100, not " + number(shift));
        }
        for (double mean : means) {
            require(mean >= 1e-3 && mean <= 1e4, "a usual count is 0.001 to 10000, not " + number(mean));
        }
    }

    private void require(boolean holds, String message) {
        if (!holds) {
            throw new ParameterException(spec.commandLine(), message);
        }
    }

    private void print(PrintWriter out, CusumDesign design, List<Row> rows) {
        out.printf(
                Locale.ROOT,
                "%s false pages a week over %d charts (%d watch entries, %d shifts): one per chart in %,.0f windows%n%n",
                number(falsePagesPerWeek),
                design.charts(),
                watches,
                shifts.size(),
                design.windows());
        out.printf(
                "%9s %6s %9s %8s %13s %11s | mean delay in minutes at%n",
                "mu0", "shift", "k", "h", "ARL0 windows", "weeks");
        out.printf("%60s  | %9s %9s %9s %9s%n", "", "2x", "3x", "5x", "10x");
        for (Row row : rows) {
            out.printf(
                    Locale.ROOT,
                    "%9s %5sx %9.4f %8.3f %13s %11s |",
                    number(row.mu0()),
                    number(row.shift()),
                    row.k(),
                    row.h(),
                    large(row.arl0Windows()),
                    large(row.arl0Weeks()));
            row.delayMinutes().values().forEach(delay -> out.printf("%10s", large(delay)));
            out.println();
        }
    }

    private Map<String, Object> document(CusumDesign design, List<Row> rows) {
        Map<String, Object> document = new TreeMap<>();
        document.put("falsePagesPerWeek", falsePagesPerWeek);
        document.put("charts", design.charts());
        document.put("windowMs", design.windowMs());
        document.put("dispersion", dispersion);
        document.put("arl0WindowsWanted", design.windows());
        document.put("rows", rows);
        return document;
    }

    private static String large(double value) {
        if (Double.isInfinite(value)) {
            return "never";
        }
        if (value >= 1e7) {
            return String.format(Locale.ROOT, "%.2g", value);
        }
        return String.format(Locale.ROOT, value >= 1_000 ? "%,.0f" : value >= 100 ? "%.0f" : "%.1f", value);
    }

    private static String number(double value) {
        return value == Math.rint(value) && value < 1e9 ? Long.toString((long) value) : Double.toString(value);
    }
}
