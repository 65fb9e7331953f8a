package io.seismo.spec;

/**
 * What a plan needs to know about an encoder's weights.
 *
 * @param probe whether it is a probe (one column) rather than an SAE
 * @param dIn width of the rows it reads; of a probe how many values, rows or features; 0 when its file leaves it open
 * @param width d_sae; outputs of a probe, mostly 1
 * @param hook hook name it was trained on; empty when its manifest does not say
 * @param model model it was trained on; empty when its manifest does not say
 * @param revision revision of that model; empty when its manifest does not say
 * @param sinkNorm row norm above which a row is an attention sink; 0 when unknown
 * @param l0 features that fire on an average token; 0 when unknown
 * @param weights SHA-256 of weights and configuration, hex; empty when they were not read
 * @param form of a probe; {@link Form#SAE} for an SAE
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
        String weights,
        Form form) {

    /**
     * What sort of function a probe is.
     *
     * @param name {@code linear}, {@code mlp}, {@code trees} or {@code onnx}; empty for an SAE
     * @param columns of a multiplication with rows that it needs, when it reads rows
     * @param topFeature the highest feature its file names as an input; −1 when it names none
     */
    public record Form(String name, int columns, int topFeature) {

        /** No probe. */
        public static final Form SAE = new Form("", 0, -1);

        /** A linear probe of one output. */
        public static final Form LINEAR = linear(1);

        /** A linear probe. */
        public static Form linear(int outputs) {
            return new Form("linear", outputs, -1);
        }
    }

    public EncoderFacts {
        if (dIn < (form.name().isEmpty() || form.name().equals("linear") ? 1 : 0) || width < 1) {
            throw new IllegalArgumentException("an encoder of width " + width + " on rows of " + dIn + " cannot be");
        }
        if (!(sinkNorm >= 0) || !(l0 >= 0)) {
            throw new IllegalArgumentException("sink norm and L0 must not be negative");
        }
    }

    /** An SAE that says nothing about itself but its shape. */
    public static EncoderFacts sae(int dIn, int width) {
        return new EncoderFacts(false, dIn, width, "", "", "", 0, 0, "", Form.SAE);
    }

    /** A linear probe that says nothing about itself but its shape. */
    public static EncoderFacts probe(int dIn) {
        return probe(dIn, 1, Form.LINEAR);
    }

    /** A probe that says nothing about itself but its shape and form. */
    public static EncoderFacts probe(int dIn, int outputs, Form form) {
        return new EncoderFacts(true, dIn, outputs, "", "", "", 0, 0, "", form);
    }

    /** Trained on that hook point. */
    public EncoderFacts at(String hookName) {
        return new EncoderFacts(probe, dIn, width, hookName, model, revision, sinkNorm, l0, weights, form);
    }

    /** Trained on that model. */
    public EncoderFacts of(String modelName, String modelRevision) {
        return new EncoderFacts(probe, dIn, width, hook, modelName, modelRevision, sinkNorm, l0, weights, form);
    }

    /** With figures measured in training. */
    public EncoderFacts measured(double sinks, double active) {
        return new EncoderFacts(probe, dIn, width, hook, model, revision, sinks, active, weights, form);
    }

    /** With the digest of what was read. */
    public EncoderFacts read(String digest) {
        return new EncoderFacts(probe, dIn, width, hook, model, revision, sinkNorm, l0, digest, form);
    }
}
