package io.seismo.app.sae;

import io.seismo.spec.EncoderFacts;
import io.seismo.spec.ProbeScore;
import io.seismo.weights.Activation;
import io.seismo.weights.Decoder;
import io.seismo.weights.EncoderWeights;
import io.seismo.weights.Manifest;
import io.seismo.weights.load.WeightLoader;
import io.seismo.weights.probe.Probe;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What {@code seismo sae inspect} says; field names are its JSON.
 *
 * @param activation from pre-activation to feature, of a probe what it computes, in words
 * @param features of an SAE that a probe reads, in the order of its inputs; empty where it reads rows or does not say
 * @param norm what is done to a row first
 * @param units of the values that come out, in words
 * @param decoderNorms how far one unit of a feature moves the input; absent for probes
 * @param thresholds absent where there are none
 * @param folded what was folded into matrix and bias, in order
 * @param weightsSha256 of the file; {@code configSha256} of its configuration, empty when there is none
 * @param digest of both: what epochs pin
 * @param sinkNorm rows longer than this are sinks; 0 when unknown
 * @param l0 features that fire on an average row, as published; 0 when unknown
 * @param matrixBytes of the encoder matrix in fp32; of a probe, of all its numbers
 * @param watch cost of one watched feature a token; of a probe, of the columns it adds to the multiplication with rows
 * @param full cost of all features a token; of a probe the same as {@code watch}
 */
record Card(
        String location,
        String family,
        boolean probe,
        int dIn,
        int width,
        String dtype,
        String hook,
        String model,
        String revision,
        String activation,
        List<Integer> features,
        String norm,
        String units,
        @Nullable Spread decoderNorms,
        @Nullable Spread thresholds,
        List<String> folded,
        String weightsSha256,
        String configSha256,
        String digest,
        double sinkNorm,
        double l0,
        long matrixBytes,
        Cost watch,
        Cost full) {

    /** Smallest, middle and largest of some values, and how many are 0 or less. */
    record Spread(double min, double median, double max, int notPositive) {
        static Spread of(double[] values) {
            double[] sorted = values.clone();
            Arrays.sort(sorted);
            int middle = sorted.length / 2;
            double median = sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
            int notPositive =
                    (int) Arrays.stream(sorted).filter(value -> !(value > 0)).count();
            return new Spread(sorted[0], median, sorted[sorted.length - 1], notPositive);
        }
    }

    /**
     * Cost of a graph.
     *
     * @param columns it computes
     * @param flopPerToken 2 · d_in · columns
     * @param weightBytes fp32 weights it holds in memory
     */
    record Cost(int columns, long flopPerToken, long weightBytes) {
        static Cost of(int dIn, int columns) {
            return new Cost(columns, 2L * dIn * columns, 4L * (dIn + 1) * columns);
        }
    }

    static Card of(String location) {
        return WeightLoader.isProbe(location) ? probe(location) : sae(location);
    }

    private static Card probe(String location) {
        Probe probe = WeightLoader.probe(location, ProbeScore.LOGIT);
        Manifest manifest = probe.manifest();
        boolean onFeatures = probe instanceof Probe.Trees || !probe.features().isEmpty();
        Cost cost = Cost.of(probe.inputs(), onFeatures ? 0 : probe.columns());
        return new Card(
                manifest.source(),
                manifest.family(),
                true,
                probe.inputs(),
                probe.outputs(),
                manifest.dtype(),
                manifest.hook(),
                manifest.model(),
                WeightLoader.facts(location).revision(),
                probe.words(),
                probe.features(),
                "none",
                "the raw score, which may be negative",
                null,
                null,
                manifest.folded(),
                manifest.sourceSha256(),
                manifest.configSha256(),
                manifest.digest(),
                0,
                0,
                probe.bytes(),
                cost,
                cost);
    }

    private static Card sae(String location) {
        EncoderWeights weights = WeightLoader.load(location);
        EncoderFacts facts = WeightLoader.facts(location);
        Decoder decoder = WeightLoader.decoder(location).orElse(null);
        Manifest manifest = weights.manifest();
        Activation activation = weights.activation();
        float[] theta = activation.thresholds();
        double[] thresholds = new double[theta.length];
        for (int f = 0; f < theta.length; f++) {
            thresholds[f] = theta[f];
        }
        return new Card(
                manifest.source(),
                manifest.family(),
                false,
                weights.dIn(),
                weights.width(),
                manifest.dtype(),
                manifest.hook(),
                manifest.model(),
                facts.revision(),
                activation.words(),
                List.of(),
                weights.norm().name().toLowerCase(Locale.ROOT),
                units(decoder),
                decoder == null ? null : Spread.of(decoder.norms()),
                thresholds.length == 0 ? null : Spread.of(thresholds),
                manifest.folded(),
                manifest.sourceSha256(),
                manifest.configSha256(),
                manifest.digest(),
                facts.sinkNorm(),
                facts.l0(),
                4L * weights.dIn() * weights.width(),
                Cost.of(weights.dIn(), activation.wholeRow() ? weights.width() : 1),
                Cost.of(weights.dIn(), weights.width()));
    }

    private static String units(@Nullable Decoder decoder) {
        String own = "as the SAE's own encode gives them";
        return decoder == null ? own : own + "; times the decoder norm, they move the input by that much";
    }
}
