package io.seismo.spec;

import java.util.List;

/** An SAE or a probe on a tap. */
public sealed interface EncoderSpec {

    /** Where the weights are: a directory or file, or {@code demo/…} for those in the jar. */
    String location();

    /** Name of the tap it reads; the first where it reads several. */
    String tap();

    /** Share of requests the full graph encodes, 0..1. */
    double fullFraction();

    /** Where it runs. */
    Device device();

    /**
     * A sparse autoencoder.
     *
     * @param fullFraction share of requests, chosen by a hash of the request id
     */
    record Sae(String location, String tap, double fullFraction, Device device) implements EncoderSpec {

        /** On the processor. */
        public Sae(String location, String tap, double fullFraction) {
            this(location, tap, fullFraction, Device.CPU);
        }
    }

    /**
     * A probe, a direction or a head on features.
     *
     * @param taps whose rows it reads, side by side in this order; at least one
     * @param features name of the SAE whose features it reads instead; empty for none
     * @param score what a linear probe gives
     */
    record Probe(String location, List<String> taps, String features, ProbeScore score, Device device)
            implements EncoderSpec {

        public Probe {
            taps = List.copyOf(taps);
            if (taps.isEmpty()) {
                throw new IllegalArgumentException("a probe reads at least one tap");
            }
        }

        /** A linear probe on the rows of one tap. */
        public Probe(String location, String tap) {
            this(location, List.of(tap), "", ProbeScore.LOGIT, Device.CPU);
        }

        @Override
        public String tap() {
            return taps.get(0);
        }

        @Override
        public double fullFraction() {
            return 0;
        }
    }
}
