package io.seismo.encoder.onnx;

import io.seismo.encoder.Encoder;

/** An encoder that knows its plain facts beforehand. */
abstract class DescribedEncoder implements Encoder {

    private final Facts facts;

    /**
     * What does not change.
     *
     * @param name in the spec, or location, for messages
     * @param dIn width of a row; of several taps, of their rows together
     * @param width d_sae, or outputs
     * @param watched number of watched columns
     * @param fingerprint of what makes its numbers
     * @param weights digest of weights and configuration
     */
    record Facts(String name, int dIn, int width, int watched, String fingerprint, String weights) {}

    DescribedEncoder(Facts facts) {
        this.facts = facts;
    }

    /** For messages. */
    final String name() {
        return facts.name;
    }

    @Override
    public final int dIn() {
        return facts.dIn;
    }

    @Override
    public final int width() {
        return facts.width;
    }

    @Override
    public final int watchColumns() {
        return facts.watched;
    }

    @Override
    public String fingerprint() {
        return facts.fingerprint;
    }

    @Override
    public final String weights() {
        return facts.weights;
    }
}
