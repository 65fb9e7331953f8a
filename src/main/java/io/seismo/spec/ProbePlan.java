package io.seismo.spec;

import java.util.List;

/**
 * How a probe reads, resolved.
 *
 * @param taps whose rows it reads, side by side in this order; its column belongs to the first
 * @param features name of the SAE of the same tap whose features it reads instead of rows; empty when it reads rows
 * @param score what a linear probe gives
 * @param form {@code linear}, {@code mlp}, {@code trees} or {@code onnx}; empty for an SAE
 * @param columns of the multiplication at each of its taps that it needs: its own, or the features it reads
 */
public record ProbePlan(List<String> taps, String features, ProbeScore score, String form, int columns) {

    /** Of an SAE. */
    public static final ProbePlan NONE = new ProbePlan(List.of(), "", ProbeScore.LOGIT, "", 0);

    public ProbePlan {
        taps = List.copyOf(taps);
        if (columns < 0 || (!features.isEmpty() && taps.size() > 1)) {
            throw new IllegalArgumentException("a probe reads rows of its taps, or features at one of them");
        }
    }

    /** Whether it reads features of an SAE rather than rows. */
    public boolean onFeatures() {
        return !features.isEmpty();
    }
}
