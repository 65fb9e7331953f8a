package io.seismo.app.spec;

import io.seismo.app.cli.CommandFailure;
import io.seismo.encoder.onnx.EncoderNeeds;
import io.seismo.encoder.onnx.Packing;
import io.seismo.spec.MonitorPlan;
import io.seismo.spec.Precision;
import io.seismo.spec.TapPlan;
import io.seismo.weights.Footprint;
import io.seismo.weights.WeightLoader;
import io.seismo.weights.WeightsException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What the encoders of a plan need of a process that encodes: which graphs, work and bytes a token, memory. Field names are
 * JSON.
 *
 * @param encoders by tap and name
 * @param own bytes in memory of the process, once everything is open
 * @param mapped bytes of mapped files, which the page cache may drop and processes share
 * @param aThread bytes of buffers for each thread that encodes at the same time
 * @param peak the most it needs while it opens them one after the other, with one thread
 * @param limit bytes there are
 */
public record PlanMemory(List<Encoder> encoders, long own, long mapped, long aThread, long peak, long limit) {

    public PlanMemory {
        encoders = List.copyOf(encoders);
    }

    /**
     * The graphs of one encoder.
     *
     * @param wholeRow whether each feature depends on all others of its row, so that watching one computes all
     * @param converting bytes of W that are made in memory when it opens; 0 where it is mapped
     */
    public record Encoder(
            String name,
            String location,
            int dIn,
            boolean wholeRow,
            List<EncoderNeeds.Graph> graphs,
            long converting) {}

    /**
     * Adds up.
     *
     * @param limit bytes a process may use
     * @throws WeightsException when weights cannot be read
     */
    public static PlanMemory of(MonitorPlan plan, long limit) {
        Map<String, Footprint> footprints = new HashMap<>();
        List<Encoder> encoders = new ArrayList<>();
        long own = 0;
        long mapped = 0;
        long aThread = 0;
        long peak = 0;
        for (TapPlan tap : plan.taps()) {
            for (TapPlan.EncoderPlan encoder : tap.encoders()) {
                Footprint footprint = footprints.computeIfAbsent(encoder.location(), WeightLoader::footprint);
                requireTopK(encoder, footprint);
                EncoderNeeds needs = EncoderNeeds.of(
                        footprint,
                        encoder.watched().size(),
                        encoder.fullFraction() > 0,
                        tap.dtype(),
                        encoder.arithmetic());
                encoders.add(new Encoder(
                        encoder.name(),
                        encoder.location(),
                        tap.dIn(),
                        footprint.wholeRow() && !encoder.arithmetic().thresholded(),
                        needs.graphs(),
                        needs.converting()));
                peak = Math.max(peak, own + aThread + needs.peak());
                own += needs.own();
                mapped += needs.mapped();
                aThread += needs.aThread();
            }
        }
        return new PlanMemory(encoders, own, mapped, aThread, Math.max(peak, own + aThread), limit);
    }

    private static void requireTopK(TapPlan.EncoderPlan encoder, Footprint footprint) {
        if (encoder.arithmetic().thresholded() && !footprint.topK()) {
            throw new CommandFailure(
                    "encoder " + encoder.name() + ": " + encoder.location() + " keeps no k largest features, so nothing"
                            + " stands in for them",
                    "Leave topk out.");
        }
    }

    /** Names of encoders that compute all features even to watch a few, since each depends on the others. */
    public Set<String> wholeRow() {
        Set<String> names = new TreeSet<>();
        for (Encoder encoder : encoders) {
            if (encoder.wholeRow) {
                names.add(encoder.name);
            }
        }
        return names;
    }

    /** Refuses what cannot fit, with the arithmetic. */
    public void requireRoom() {
        if (peak <= limit) {
            return;
        }
        StringBuilder sums = new StringBuilder();
        for (Encoder encoder : encoders) {
            for (EncoderNeeds.Graph graph : encoder.graphs) {
                sums.append(sums.isEmpty() ? "" : "; ").append(arithmetic(encoder, graph));
            }
        }
        throw new CommandFailure(
                String.format(
                        Locale.ROOT,
                        "the encoders need %,d bytes with one thread, but there are %,d: %s",
                        peak,
                        limit,
                        sums),
                "Let 'seismo sae import' write W to a file that is mapped, encode on a larger machine, or watch single"
                        + " features only (without full).");
    }

    private static String arithmetic(Encoder encoder, EncoderNeeds.Graph graph) {
        int bytes = graph.precision() == Precision.INT8 ? 1 : Float.BYTES;
        long matrix = (long) bytes * encoder.dIn * graph.columns();
        String weights = graph.kept() == Packing.MAPPED
                ? "mapped"
                : String.format(Locale.ROOT, "%d times", graph.own() / matrix);
        String converting = encoder.converting > 0
                        && encoder.graphs.stream()
                                .noneMatch(other -> other.name().equals("full"))
                ? String.format(Locale.ROOT, ", while it opens all of W, %,d bytes", encoder.converting)
                : "";
        return String.format(
                Locale.ROOT,
                "%s %s %,d x %,d x %d bytes = %,d, %s, and %,d of buffers%s",
                encoder.name,
                graph.name(),
                encoder.dIn,
                graph.columns(),
                bytes,
                matrix,
                weights,
                graph.aThread(),
                converting);
    }

    /** Prints the section that people read. */
    public void print(PrintWriter out) {
        out.println();
        out.println("graphs of a process that encodes");
        for (Encoder encoder : encoders) {
            for (EncoderNeeds.Graph graph : encoder.graphs) {
                out.printf(
                        Locale.ROOT,
                        "  %s %s  %,d %s, %s%s: %,d FLOP and %,d B a token; %,d B of weights%s, %,d B of buffers a thread%n",
                        encoder.name,
                        graph.name(),
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
}
