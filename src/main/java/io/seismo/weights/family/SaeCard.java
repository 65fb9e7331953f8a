package io.seismo.weights.family;

import com.fasterxml.jackson.databind.JsonNode;
import io.seismo.weights.ByteSource;
import io.seismo.weights.Tensor;
import io.seismo.weights.WeightsException;
import io.seismo.weights.file.JsonFile;
import io.seismo.weights.file.Safetensors;
import io.seismo.weights.file.WeightFolder;
import java.util.Arrays;
import java.util.Optional;

/**
 * Figures measured in training that lie beside an SAE: {@code card.json} and {@code sparsity.safetensors}, both optional.
 *
 * @param medianNorm median Euclidean norm of a row; 0 when not stated
 * @param l0 features that fire on an average row; 0 when not stated
 */
public record SaeCard(double medianNorm, double l0) {

    private static final String SPARSITY = "sparsity.safetensors";

    /** A row this many times longer than the median is an attention sink; such rows are 100 to 1,000 times longer. */
    private static final double SINK_FACTOR = 10;

    /** What SAELens adds to a rate before it takes the logarithm. */
    private static final double SPARSITY_FLOOR = 1e-10;

    /** Reads what is there. */
    public static SaeCard read(WeightFolder folder, int dSae) {
        double median = folder.find("card.json").map(SaeCard::medianNorm).orElse(0.0);
        double l0 = rates(folder, dSae).map(rates -> Arrays.stream(rates).sum()).orElse(0.0);
        return new SaeCard(median, l0);
    }

    /** The share of tokens each feature fires on, from {@code sparsity.safetensors}. */
    public static Optional<double[]> rates(WeightFolder folder, int dSae) {
        return folder.find(SPARSITY)
                .map(source ->
                        rates(Safetensors.read(source).require("sparsity").expect(dSae)));
    }

    /** The norm above which a row is a sink; 0 when the median is not known. */
    public double sinkNorm() {
        return SINK_FACTOR * medianNorm;
    }

    private static double medianNorm(ByteSource source) {
        JsonNode card = JsonFile.read(source);
        JsonNode median = card.has("median_norm")
                ? card.path("median_norm")
                : card.path("training").path("median_norm");
        if (median.isMissingNode() || median.isNull()) {
            return 0;
        }
        if (!median.isNumber() || !(median.asDouble() > 0) || !Double.isFinite(median.asDouble())) {
            throw new WeightsException(
                    source.name() + ": median_norm is " + median, "it must be a positive number, or be left out");
        }
        return median.asDouble();
    }

    private static double[] rates(Tensor logRates) {
        double[] rates = logRates.vector();
        for (int f = 0; f < rates.length; f++) {
            rates[f] = Math.max(0, Math.pow(10, rates[f]) - SPARSITY_FLOOR);
        }
        return rates;
    }
}
