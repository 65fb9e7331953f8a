package io.seismo.spec;

/**
 * What a plan needs to know about an encoder's weights.
 *
 * @param probe whether it is a probe (one column) rather than an SAE
 * @param dIn width of the rows it reads
 * @param width d_sae; 1 for a probe
 * @param hook hook name it was trained on; empty when its manifest does not say
 * @param model model it was trained on; empty when its manifest does not say
 * @param revision revision of that model; empty when its manifest does not say
 * @param sinkNorm row norm above which a row is an attention sink; 0 when unknown
 * @param l0 features that fire on an average token; 0 when unknown
 * @param weights SHA-256 of weights and configuration, hex; empty when they were not read
 */
public record EncoderFacts(
        boolean probe,
        int dIn,
        int width,
        String hook,
        String model,
        String revision,
        double sinkNorm,
        double l0,
        String weights) {

    public EncoderFacts {
        if (dIn < 1 || width < 1 || (probe && width != 1)) {
            throw new IllegalArgumentException("an encoder of width " + width + " on rows of " + dIn + " cannot be");
        }
        if (!(sinkNorm >= 0) || !(l0 >= 0)) {
            throw new IllegalArgumentException("sink norm and L0 must not be negative");
        }
    }

    /** An SAE that says nothing about itself but its shape. */
    public static EncoderFacts sae(int dIn, int width) {
        return new EncoderFacts(false, dIn, width, "", "", "", 0, 0, "");
    }

    /** A probe that says nothing about itself but its shape. */
    public static EncoderFacts probe(int dIn) {
        return new EncoderFacts(true, dIn, 1, "", "", "", 0, 0, "");
    }

    /** Trained on that hook point. */
    public EncoderFacts at(String hookName) {
        return new EncoderFacts(probe, dIn, width, hookName, model, revision, sinkNorm, l0, weights);
    }

    /** Trained on that model. */
    public EncoderFacts of(String modelName, String modelRevision) {
        return new EncoderFacts(probe, dIn, width, hook, modelName, modelRevision, sinkNorm, l0, weights);
    }

    /** With figures measured in training. */
    public EncoderFacts measured(double sinks, double active) {
        return new EncoderFacts(probe, dIn, width, hook, model, revision, sinks, active, weights);
    }

    /** With the digest of what was read. */
    public EncoderFacts read(String digest) {
        return new EncoderFacts(probe, dIn, width, hook, model, revision, sinkNorm, l0, digest);
    }
}
