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

    /** Where it runs, and in what precision. */
    Arithmetic arithmetic();

    /**
     * A sparse autoencoder.
     *
     * @param fullFraction share of requests, chosen by a hash of the request id
     * @param thresholdFrom where the threshold comes from that stands in for top-k; empty when none does
     */
    record Sae(String location, String tap, double fullFraction, Arithmetic arithmetic, String thresholdFrom)
            implements EncoderSpec {

        public Sae {
            if (arithmetic.thresholded() == thresholdFrom.isEmpty()) {
                throw new IllegalArgumentException("a threshold for top-k says where it comes from");
            }
        }

        /** On the processor in fp32. */
        public Sae(String location, String tap, double fullFraction) {
            this(location, tap, fullFraction, Arithmetic.PLAIN, "");
        }
    }

    /**
     * A probe, a direction or a head on features.
     *
     * @param taps whose rows it reads, side by side in this order; at least one
     * @param features name of the SAE whose features it reads instead; empty for none
     * @param score what a linear probe gives
     */
    record Probe(String location, List<String> taps, String features, ProbeScore score, Arithmetic arithmetic)
            implements EncoderSpec {

        public Probe {
            taps = List.copyOf(taps);
            if (taps.isEmpty()) {
                throw new IllegalArgumentException("a probe reads at least one tap");
            }
        }

        /** A linear probe on the rows of one tap. */
        public Probe(String location, String tap) {
            this(location, List.of(tap), "", ProbeScore.LOGIT, Arithmetic.PLAIN);
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
