package io.seismo.spec;

import io.seismo.wire.Dtype;
import java.util.List;

/**
 * A subscription to one hook point, with the encoders that read it.
 *
 * @param name name in the spec
 * @param hook canonical hook name
 * @param dIn width of a row
 * @param dtype what frames must carry
 * @param skipFirst exclude position 0 of a request
 * @param skipSpecial exclude special tokens
 * @param sinkNorm exclude rows whose Euclidean norm is above this; 0 switches it off
 * @param encoders sorted by name
 */
public record TapPlan(
        String name,
        String hook,
        int dIn,
        Dtype dtype,
        boolean skipFirst,
        boolean skipSpecial,
        float sinkNorm,
        List<EncoderPlan> encoders) {

    public TapPlan {
        encoders = List.copyOf(encoders);
        if (dIn < 1) {
            throw new IllegalArgumentException("d_in of tap " + name + " must be at least 1");
        }
    }

    /**
     * One SAE or probe on a tap.
     *
     * @param name name in the spec
     * @param location where its weights are: a directory or file, or {@code demo/…} for those in the jar
     * @param probe whether this is a probe rather than an SAE
     * @param width d_sae; outputs of a probe, mostly 1
     * @param watched feature indexes of the watch graph, ascending
     * @param fullFraction share of requests the full graph encodes, 0..1, chosen by a hash of the request id
     * @param weights SHA-256 of weights and configuration, hex; empty before they were read
     * @param reads how a probe reads
     * @param arithmetic how it is computed
     */
    public record EncoderPlan(
            String name,
            String location,
            boolean probe,
            int width,
            List<Integer> watched,
            double fullFraction,
            String weights,
            ProbePlan reads,
            Arithmetic arithmetic) {
        public EncoderPlan {
            watched = List.copyOf(watched);
            if (fullFraction < 0 || fullFraction > 1) {
                throw new IllegalArgumentException("full share of " + name + " must lie in 0..1");
            }
        }

        /** On the processor in fp32. */
        public EncoderPlan(
                String name,
                String location,
                boolean probe,
                int width,
                List<Integer> watched,
                double fullFraction,
                String weights,
                ProbePlan reads) {
            this(name, location, probe, width, watched, fullFraction, weights, reads, Arithmetic.PLAIN);
        }

        /** An SAE, or a linear probe whose tap is understood. */
        public EncoderPlan(
                String name,
                String location,
                boolean probe,
                int width,
                List<Integer> watched,
                double fullFraction,
                String weights) {
            this(name, location, probe, width, watched, fullFraction, weights, ProbePlan.NONE);
        }

        /** Over weights that were not read yet. */
        public EncoderPlan(
                String name, String location, boolean probe, int width, List<Integer> watched, double fullFraction) {
            this(name, location, probe, width, watched, fullFraction, "");
        }

        /** Names of the taps whose rows it reads, given the tap it is listed under. */
        public List<String> taps(String home) {
            return reads.taps().isEmpty() ? List.of(home) : reads.taps();
        }
    }
}
