package io.seismo.spec;

/** An SAE or a probe on a tap. */
public sealed interface EncoderSpec {

    /** Where the weights are: a directory or file, or {@code demo/…} for those in the jar. */
    String location();

    /** Name of the tap it reads. */
    String tap();

    /** Share of requests the full graph encodes, 0..1. */
    double fullFraction();

    /**
     * A sparse autoencoder.
     *
     * @param fullFraction share of requests, chosen by a hash of the request id
     */
    record Sae(String location, String tap, double fullFraction) implements EncoderSpec {}

    /** A linear probe or direction: one column. */
    record Probe(String location, String tap) implements EncoderSpec {
        @Override
        public double fullFraction() {
            return 0;
        }
    }
}
