package io.seismo.app.sae;

import io.seismo.app.cli.CommandFailure;
import io.seismo.encoder.Encoder;
import io.seismo.encoder.JointWatch;
import io.seismo.encoder.RowBlock;
import io.seismo.encoder.onnx.OnnxEncoders;
import io.seismo.encoder.onnx.OnnxPlanEncoders;
import io.seismo.spec.ProbePlan;
import io.seismo.spec.TapPlan;
import io.seismo.spec.TapPlan.EncoderPlan;
import io.seismo.weights.WeightsException;
import io.seismo.weights.load.WeightLoader;
import io.seismo.weights.probe.Probe;
import io.seismo.wire.Dtype;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A probe opened as the pipeline opens it, alone on a tap: outputs first, then the features asked for beside them. */
final class PipedProbe implements Columns {

    private static final String TAP = "rows";
    private static final String PROBE = "probe";
    private static final String SAE = "sae";

    private final OnnxPlanEncoders encoders;
    private final List<Encoder> whole;
    private final JointWatch joint;

    private PipedProbe(OnnxPlanEncoders encoders, List<Encoder> whole) {
        this.encoders = encoders;
        this.whole = whole;
        Encoder probe = encoders.byName().get(PROBE);
        JointWatch found = probe == null ? null : probe.joint();
        if (found == null) {
            throw new IllegalStateException("a plan's encoders are watched together");
        }
        this.joint = found;
    }

    /**
     * A probe and what it reads.
     *
     * @param location of its file
     * @param probe what that holds
     * @param sae whose features it reads; absent where it reads rows
     * @param option how it was asked to read
     */
    record Reading(String location, Probe probe, @Nullable String sae, ProbeOption option) {

        /** Loads a probe; refuses one on features without their SAE. */
        static Reading of(String location, ProbeOption option) {
            Probe probe = WeightLoader.probe(location, option.score());
            if (option.sae() == null && (probe instanceof Probe.Trees || !probe.features().isEmpty())) {
                throw new CommandFailure(
                        location + " reads features of an SAE, not rows", "Name the SAE it was made on with --sae.");
            }
            return new Reading(location, probe, option.sae(), option);
        }

        /** Width of a row: of the SAE's input where features are read. */
        int dIn() {
            return sae == null ? probe.inputs() : WeightLoader.facts(sae).dIn();
        }

        /** What the rows are held against, for messages. */
        String reader() {
            return sae == null ? location : sae;
        }

        /** Features it reads, in the order of its inputs; empty where it reads rows. */
        List<Integer> features() {
            if (sae == null) {
                return List.of();
            }
            int width = WeightLoader.facts(sae).width();
            if (probe.features().isEmpty() && probe.inputs() != width) {
                throw new WeightsException(
                        location + " reads " + probe.inputs() + " features, but " + sae + " has " + width,
                        "name the SAE it was made on with --sae");
            }
            return probe.features().isEmpty()
                    ? IntStream.range(0, width).boxed().toList()
                    : probe.features();
        }
    }

    /**
     * Opens it.
     *
     * @param outputs ascending
     * @param beside features of the SAE to give too, ascending
     */
    static PipedProbe open(Reading reading, Dtype dtype, List<Integer> outputs, List<Integer> beside) {
        List<EncoderPlan> plans = new ArrayList<>();
        Probe probe = reading.probe();
        String sae = reading.sae();
        ProbePlan reads = new ProbePlan(
                List.of(TAP), sae == null ? "" : SAE, reading.option().score(), probe.form(), probe.columns());
        plans.add(new EncoderPlan(PROBE, reading.location(), true, probe.outputs(), outputs, 0, "", reads));
        if (sae != null) {
            plans.add(new EncoderPlan(SAE, sae, false, WeightLoader.facts(sae).width(), beside, 0));
        }
        TapPlan tap = new TapPlan(TAP, "", reading.dIn(), dtype, false, false, 0, plans);
        List<Encoder> whole = new ArrayList<>();
        try {
            return new PipedProbe(
                    OnnxPlanEncoders.open(List.of(tap), (wanted, weights) -> {
                        Encoder opened = OnnxEncoders.open(weights, wanted);
                        whole.add(opened);
                        return opened;
                    }),
                    whole);
        } catch (RuntimeException e) {
            whole.forEach(Encoder::close);
            throw e;
        }
    }

    @Override
    public int columns() {
        return joint.columns();
    }

    @Override
    public void values(RowBlock rows, float[] out) {
        joint.watch(Map.of(TAP, rows), Map.of(), rows.rows(), out);
    }

    @Override
    public String fingerprint() {
        return encoders.byName().values().iterator().next().fingerprint();
    }

    @Override
    public void close() {
        encoders.close();
        whole.forEach(Encoder::close);
    }
}
