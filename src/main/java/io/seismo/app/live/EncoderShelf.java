package io.seismo.app.live;

import io.seismo.encoder.Encoder;
import io.seismo.encoder.EncoderException;
import io.seismo.encoder.onnx.OnnxEncoders;
import io.seismo.spec.MonitorPlan;
import io.seismo.spec.TapPlan;
import io.seismo.wire.Dtype;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The encoders of a process: each opened when it is first asked for, shared by all stream threads and by all epochs that
 * open it alike, closed together.
 */
public final class EncoderShelf implements AutoCloseable {

    /** What opens alike. */
    private record Volume(String location, List<Integer> watched, boolean full, Dtype dtype) {}

    private final Map<Volume, Encoder> open = new HashMap<>();

    /**
     * The encoders of a plan, by name in the spec.
     *
     * @throws EncoderException when one cannot be opened, or its weights are not those its epoch began with; the message
     *     names file and remedy
     */
    public synchronized Map<String, Encoder> of(MonitorPlan plan) {
        Map<String, Encoder> byName = new TreeMap<>();
        for (TapPlan tap : plan.taps()) {
            for (TapPlan.EncoderPlan wanted : tap.encoders()) {
                Volume volume = new Volume(wanted.location(), wanted.watched(), wanted.fullFraction() > 0, tap.dtype());
                Encoder encoder = open.computeIfAbsent(
                        volume, v -> OnnxEncoders.open(v.location(), v.watched(), v.full(), v.dtype()));
                requireSame(plan, wanted, encoder);
                byName.put(wanted.name(), encoder);
            }
        }
        return byName;
    }

    private static void requireSame(MonitorPlan plan, TapPlan.EncoderPlan wanted, Encoder opened) {
        if (!wanted.weights().isEmpty() && !wanted.weights().equals(opened.weights())) {
            throw new EncoderException("the weights at " + wanted.location() + " are not those that epoch "
                    + plan.epoch() + " began with; put those back, or give the new ones a location of their own");
        }
    }

    @Override
    public synchronized void close() {
        open.values().forEach(Encoder::close);
        open.clear();
    }
}
