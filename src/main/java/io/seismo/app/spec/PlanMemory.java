package io.seismo.app.spec;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.seismo.app.cli.CommandFailure;
import io.seismo.encoder.onnx.EncoderNeeds;
import io.seismo.encoder.onnx.Packing;
import io.seismo.encoder.onnx.PlanNeeds;
import io.seismo.spec.MonitorPlan;
import io.seismo.spec.Precision;
import io.seismo.spec.TapPlan;
import io.seismo.weights.WeightsException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What the encoders of a plan need of a process that encodes, beside what there is: which graphs, work and bytes a token,
 * memory. Field names are JSON.
 *
 * @param needs graphs and heads
 * @param decoders of SAEs whose reconstruction is looked at
 * @param own bytes in memory of the process, once everything is open
 * @param mapped bytes of mapped files, which the page cache may drop and processes share
 * @param aThread bytes of buffers for each thread that encodes at the same time
 * @param peak the most it needs while they are opened, with one thread
 * @param limit bytes there are
 */
public record PlanMemory(
        @JsonUnwrapped PlanNeeds needs,
        List<PlanDecoder> decoders,
        long own,
        long mapped,
        long aThread,
        long peak,
        long limit)
        implements PlanReport.Costs {

    public PlanMemory {
        decoders = List.copyOf(decoders);
    }

    /**
     * Adds up.
     *
     * @param limit bytes a process may use
     * @throws WeightsException when weights cannot be read
     */
    public static PlanMemory of(MonitorPlan plan, long limit) {
        PlanNeeds needs = PlanNeeds.of(plan.taps());
        List<PlanDecoder> decoders = PlanDecoder.of(plan);
        long own = needs.own();
        long mapped = needs.mapped();
        for (PlanDecoder decoder : decoders) {
            own += decoder.own();
            mapped += decoder.mapped();
        }
        long peak = Math.max(needs.peak(), own + needs.aThread());
        return new PlanMemory(needs, decoders, own, mapped, needs.aThread(), peak, limit);
    }

    @Override
    public PlanReport.Cost watch(TapPlan tap, TapPlan.EncoderPlan encoder) {
        boolean whole = needs.whole(encoder.name())
                .filter(PlanNeeds.Full::everyToken)
                .isPresent();
        return whole
                ? full(tap, encoder)
                : PlanReport.Cost.share(needs.columns(encoder.name()), needs.flop(encoder.name()));
    }

    @Override
    public PlanReport.Cost full(TapPlan tap, TapPlan.EncoderPlan encoder) {
        return needs.whole(encoder.name())
                .map(PlanNeeds.Full::graph)
                .map(graph -> new PlanReport.Cost(graph.columns(), graph.flopPerToken(), graph.bytesPerToken()))
                .orElseGet(() -> PlanReport.Cost.of(tap, encoder.width()));
    }

    /** Refuses what cannot fit, with the arithmetic. */
    public void requireRoom() {
        if (peak <= limit) {
            return;
        }
        List<String> sums = new ArrayList<>();
        needs.watch().forEach(one -> sums.add(arithmetic("watch of " + one.tap(), one.dIn(), one.graph())));
        needs.full().forEach(one -> sums.add(arithmetic(named(one) + " full", one.dIn(), one.graph())));
        needs.heads()
                .forEach(head -> sums.add(String.format(Locale.ROOT, "%s %,d of its own", head.encoder(), head.own())));
        if (needs.converting() > 0) {
            sums.add(String.format(Locale.ROOT, "while they open, all of W, %,d bytes", needs.converting()));
        }
        throw new CommandFailure(
                String.format(
                        Locale.ROOT,
                        "the encoders need %,d bytes with one thread, but there are %,d: %s",
                        peak,
                        limit,
                        String.join("; ", sums)),
                "Let 'seismo sae import' write W to a file that is mapped, encode on a larger machine, or watch single"
                        + " features only (without full).");
    }

    private static String arithmetic(String name, int dIn, EncoderNeeds.Graph graph) {
        int bytes = graph.precision() == Precision.INT8 ? 1 : Float.BYTES;
        long matrix = (long) bytes * dIn * graph.columns();
        String weights = graph.kept() == Packing.MAPPED
                ? "mapped"
                : String.format(Locale.ROOT, "%d times", graph.own() / matrix);
        return String.format(
                Locale.ROOT,
                "%s %,d x %,d x %d bytes = %,d, %s, and %,d of buffers",
                name,
                dIn,
                graph.columns(),
                bytes,
                matrix,
                weights,
                graph.aThread());
    }

    private static String named(PlanNeeds.Full full) {
        return String.join(" and ", full.encoders());
    }

    /** Prints the section that people read. */
    public void print(PrintWriter out) {
        out.println();
        out.println("graphs of a process that encodes");
        for (PlanNeeds.Watch watch : needs.watch()) {
            String shares = watch.shares().stream()
                    .map(share -> share.encoder() + " " + share.columns())
                    .collect(Collectors.joining(", "));
            String norm = watch.norm().equals("none") ? "" : ", after " + watch.norm();
            print(out, "watch of " + watch.tap() + norm + " (" + shares + ")", watch.graph());
        }
        for (PlanNeeds.Full full : needs.full()) {
            print(out, named(full) + " full" + (full.everyToken() ? ", on every token" : ""), full.graph());
        }
        for (PlanNeeds.Headed head : needs.heads()) {
            out.printf(
                    Locale.ROOT,
                    "  %s then  %s: %s a token; %,d B%s%n",
                    head.encoder(),
                    head.does(),
                    head.flopPerToken() < 0
                            ? "FLOP not known"
                            : String.format(Locale.ROOT, "at most %,d FLOP", head.flopPerToken()),
                    head.own(),
                    head.aThread() > 0
                            ? String.format(Locale.ROOT, ", %,d B of buffers a thread", head.aThread())
                            : "");
        }
        decoders.forEach(decoder -> decoder.print(out));
        out.printf(
                Locale.ROOT,
                "memory  %,d B of weights, %,d B mapped, %,d B of buffers a thread; peak %,d of %,d B, beside the Java"
                        + " heap%n",
                own,
                mapped,
                aThread,
                peak,
                limit);
        if (peak + mapped > limit) {
            out.println("        the mapped files do not fit beside it: batches will read them from the disk");
        }
    }

    private static void print(PrintWriter out, String name, EncoderNeeds.Graph graph) {
        out.printf(
                Locale.ROOT,
                "  %s  %,d %s, %s%s: %,d FLOP and %,d B a token; %,d B of weights%s, %,d B of buffers a thread%n",
                name,
                graph.columns(),
                graph.columns() == 1 ? "column" : "columns",
                graph.kept().name().toLowerCase(Locale.ROOT),
                graph.precision() == Precision.FP32
                        ? ""
                        : " in " + graph.precision().word(),
                graph.flopPerToken(),
                graph.bytesPerToken(),
                graph.own(),
                graph.mapped() > 0 ? String.format(Locale.ROOT, " and %,d B mapped", graph.mapped()) : "",
                graph.aThread());
    }
}
