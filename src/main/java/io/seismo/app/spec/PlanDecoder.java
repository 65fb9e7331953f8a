package io.seismo.app.spec;

import io.seismo.spec.MonitorPlan;
import io.seismo.spec.TapPlan;
import io.seismo.weights.load.WeightLoader;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What it costs to reconstruct the rows of one SAE, on tokens that are encoded in full. Field names are JSON.
 *
 * @param flopPerFiring for each feature that fires on a token: its row of the decoder, scaled and added
 * @param flopPerToken beside that: two squared distances
 * @param own bytes in memory
 * @param mapped bytes of mapped files
 */
public record PlanDecoder(String name, long flopPerFiring, long flopPerToken, long own, long mapped) {

    /** Of all SAEs whose reconstruction a detector of the plan looks at. */
    static List<PlanDecoder> of(MonitorPlan plan) {
        List<PlanDecoder> decoders = new ArrayList<>();
        for (TapPlan tap : plan.taps()) {
            for (TapPlan.EncoderPlan encoder : tap.encoders()) {
                if (plan.rebuilds(encoder.name())) {
                    long bytes = (long) Float.BYTES * encoder.width() * tap.dIn();
                    boolean mapped = WeightLoader.mapsDecoder(encoder.location());
                    decoders.add(new PlanDecoder(
                            encoder.name(), 2L * tap.dIn(), 6L * tap.dIn(), mapped ? 0 : bytes, mapped ? bytes : 0));
                }
            }
        }
        return decoders;
    }

    void print(PrintWriter out) {
        out.printf(
                Locale.ROOT,
                "  %s reconstruction  %,d FLOP a feature that fires and %,d a token; %,d B of decoder%s%n",
                name,
                flopPerFiring,
                flopPerToken,
                own,
                mapped > 0 ? String.format(Locale.ROOT, " and %,d B mapped", mapped) : "");
    }
}
