package io.seismo.app.spec;

import io.seismo.app.cli.Durations;
import io.seismo.app.cli.Percent;
import io.seismo.topology.StoreBound;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A plan as a picture in text: what flows from taps to receivers, from the top down. */
final class PlanPicture {

    private final PlanReport plan;

    PlanPicture(PlanReport plan) {
        this.plan = plan;
    }

    void print(PrintWriter out) {
        out.println(plan.deployment() + " watches " + plan.model() + ", revision " + plan.revision());
        out.println("spec " + plan.specHash().substring(0, 16) + ", P = " + plan.partitions() + ", W = "
                + plan.watchPartitions() + ", panes of " + Durations.text(plan.paneMs()));
        taps(out);
        section(out, "watch", watch());
        section(out, "detectors", detectors());
        section(out, "alerts", alerts());
        section(out, "receivers", receivers());
        out.println();
        out.println("expected false pages a week: " + number(plan.falsePagesPerWeek()));
        section(out, "stores, per partition at most", stores());
    }

    private void taps(PrintWriter out) {
        for (PlanReport.Tap tap : plan.taps()) {
            out.println();
            out.println("tap " + tap.name() + "  " + tap.hook() + ", rows of " + tap.dIn() + " " + tap.dtype()
                    + skips(tap));
            for (int i = 0; i < tap.encoders().size(); i++) {
                boolean last = i == tap.encoders().size() - 1;
                encoder(out, tap.encoders().get(i), last ? "└─ " : "├─ ", last ? "   " : "│  ");
            }
        }
    }

    private static String skips(PlanReport.Tap tap) {
        List<String> rows = new ArrayList<>();
        for (String sort : tap.skip()) {
            rows.add(sort.equals("sinks") ? "sinks above norm " + number(tap.sinkNorm()) : sort);
        }
        return ", skips " + String.join(", ", rows);
    }

    private static void encoder(PrintWriter out, PlanReport.Encoder encoder, String branch, String under) {
        String width = encoder.kind().equals("SAE") ? ", " + count(encoder.features()) + " features" : "";
        String device = encoder.device().equals("cpu") ? "" : ", on " + encoder.device();
        String precision = encoder.precision().equals("fp32") ? "" : ", in " + encoder.precision();
        out.println(branch + encoder.name() + "  " + encoder.kind() + " " + encoder.location() + width + device
                + precision);
        if (encoder.topkThreshold() > 0) {
            out.println(under + "   top-k by threshold " + number(encoder.topkThreshold()) + ", from "
                    + encoder.thresholdFrom());
        }
        out.println(under + "   watch  every token: " + share(encoder));
        if (encoder.fullFraction() > 0) {
            out.println(under + "   full   " + Percent.of(encoder.fullFraction()) + " of requests: "
                    + cost(encoder.full()));
        }
    }

    private static String share(PlanReport.Encoder encoder) {
        PlanReport.Cost watch = encoder.watch();
        if (watch.columns() == 0) {
            return "on what is computed anyway";
        }
        boolean whole = encoder.kind().equals("SAE") && watch.equals(encoder.full());
        return whole
                ? "all of it, " + cost(watch)
                : columns(watch) + " of the tap's multiplication, " + count(watch.flopPerToken()) + " FLOP a token";
    }

    private static String columns(PlanReport.Cost cost) {
        return count(cost.columns()) + (cost.columns() == 1 ? " column" : " columns");
    }

    private static String cost(PlanReport.Cost cost) {
        return columns(cost) + ", " + count(cost.flopPerToken()) + " FLOP and " + count(cost.bytesPerToken()) + " B a token";
    }

    private List<List<String>> watch() {
        List<List<String>> rows = new ArrayList<>();
        for (PlanReport.Watch watch : plan.watch()) {
            rows.add(List.of(
                    watch.name(),
                    watch.read() + " → " + watch.aggregate() + " → above " + number(watch.firesAbove()),
                    watch.severity(),
                    to(watch.detectors()),
                    watch.label().isEmpty() ? "" : "\"" + watch.label() + "\" [" + watch.labelFrom() + "]"));
        }
        return rows;
    }

    private List<List<String>> detectors() {
        List<List<String>> rows = new ArrayList<>();
        for (PlanReport.Detector detector : plan.detectors()) {
            String pages = detector.falsePagesPerWeek() == 0
                    ? "no budget: a person set it"
                    : number(detector.falsePagesPerWeek()) + " false pages a week";
            rows.add(List.of(detector.name(), detector.does(), pages, to(detector.alerts())));
        }
        return rows;
    }

    private List<List<String>> alerts() {
        List<List<String>> rows = new ArrayList<>();
        for (PlanReport.Alert alert : plan.alerts()) {
            String when = alert.forMs() == 0 ? "at once" : "after " + Durations.text(alert.forMs());
            String keep = alert.keepFiringForMs() == 0 ? "" : ", kept for " + Durations.text(alert.keepFiringForMs());
            String receivers = alert.receivers().isEmpty() ? "→ recorded only" : to(alert.receivers());
            rows.add(List.of(alert.name(), when + keep, String.join(", ", alert.severities()), receivers));
        }
        return rows;
    }

    private List<List<String>> receivers() {
        List<List<String>> rows = new ArrayList<>();
        for (PlanReport.Receiver receiver : plan.receivers()) {
            rows.add(List.of(receiver.name(), receiver.sends(), String.join(", ", receiver.severities())));
        }
        return rows;
    }

    private List<List<String>> stores() {
        List<List<String>> rows = new ArrayList<>();
        for (StoreBound store : plan.stores()) {
            rows.add(List.of(store.name(), store.role(), store.bound()));
        }
        return rows;
    }

    private static void section(PrintWriter out, String heading, List<List<String>> rows) {
        if (rows.isEmpty()) {
            return;
        }
        out.println();
        out.println(heading);
        int[] widths = new int[rows.get(0).size()];
        for (List<String> row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                line.append("  ")
                        .append(row.get(i))
                        .append(" ".repeat(widths[i] - row.get(i).length()));
            }
            out.println(line.toString().stripTrailing());
        }
    }

    private static String to(List<String> names) {
        return "→ " + String.join(", ", names);
    }

    private static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    private static String number(double value) {
        return java.math.BigDecimal.valueOf(value)
                .round(new java.math.MathContext(7))
                .stripTrailingZeros()
                .toPlainString();
    }
}
