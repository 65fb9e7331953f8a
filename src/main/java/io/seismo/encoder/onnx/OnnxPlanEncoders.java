package io.seismo.encoder.onnx;

import io.seismo.encoder.Encoder;
import io.seismo.encoder.EncoderException;
import io.seismo.spec.Arithmetic;
import io.seismo.spec.TapPlan;
import io.seismo.spec.TapPlan.EncoderPlan;
import io.seismo.weights.EncoderWeights;
import io.seismo.weights.WeightsException;
import io.seismo.wire.Dtype;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiFunction;

/**
 * The encoders of a plan on ONNX Runtime, with their watched columns computed together.
 *
 * <p>Shareable between threads; {@link #close} waits for calls in flight. SAEs that are handed in are not closed here.
 */
public final class OnnxPlanEncoders implements AutoCloseable {

    private final SortedMap<String, Encoder> byName;
    private final OnnxJointWatch joint;

    private OnnxPlanEncoders(SortedMap<String, Encoder> byName, OnnxJointWatch joint) {
        this.byName = Collections.unmodifiableSortedMap(byName);
        this.joint = joint;
    }

    /**
     * An SAE that is needed whole: for its full graph, or because what fires depends on all features of a row.
     *
     * @param location of its weights
     * @param watched features whose values are asked for through {@link Encoder#watch}
     * @param dtype of the rows
     * @param arithmetic how it is computed
     */
    public record WholeSae(String location, List<Integer> watched, Dtype dtype, Arithmetic arithmetic) {
        public WholeSae {
            watched = List.copyOf(watched);
        }
    }

    /**
     * Opens what the taps of a plan need.
     *
     * @param taps of the plan
     * @param whole gives SAEs that are needed whole, opened with their full graph over the weights (where a threshold stands in
     *     for top-k, those already have it), or from a shelf
     * @throws EncoderException when weights are not sound or do not fit, or the runtime cannot be loaded
     */
    public static OnnxPlanEncoders open(List<TapPlan> taps, BiFunction<WholeSae, EncoderWeights, Encoder> whole) {
        JointWatchBuilder builder = new JointWatchBuilder(taps, whole);
        OnnxJointWatch joint = null;
        try {
            joint = builder.build();
            SortedMap<String, Encoder> byName = new TreeMap<>();
            for (TapPlan tap : taps) {
                for (EncoderPlan encoder : tap.encoders()) {
                    boolean full = !encoder.probe() && encoder.fullFraction() > 0;
                    Encoder inner = full ? builder.whole(tap, encoder) : null;
                    byName.put(encoder.name(), new JointEncoder(builder.facts(tap, encoder), joint, inner));
                }
            }
            return new OnnxPlanEncoders(byName, joint);
        } catch (RuntimeException e) {
            if (joint != null) {
                joint.close();
            }
            throw e instanceof WeightsException ? new EncoderException(String.valueOf(e.getMessage()), e) : e;
        }
    }

    /** Encoders by name in the spec. */
    public SortedMap<String, Encoder> byName() {
        return byName;
    }

    @Override
    public void close() {
        joint.close();
    }
}
