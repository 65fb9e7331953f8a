package io.seismo.app.live;

import io.seismo.encoder.Encoder;
import io.seismo.encoder.EncoderException;
import io.seismo.encoder.onnx.OnnxEncoders;
import io.seismo.encoder.onnx.OnnxPlanEncoders;
import io.seismo.encoder.onnx.OnnxPlanEncoders.WholeSae;
import io.seismo.spec.CanaryPlan;
import io.seismo.spec.MonitorPlan;
import io.seismo.spec.TapPlan;
import io.seismo.spec.TapPlan.EncoderPlan;
import io.seismo.weights.RecordedRows;
import io.seismo.weights.WeightsException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The encoders of a process: each opened when it is first asked for, shared by all stream threads and by all epochs that
 * open it alike, closed together.
 */
public final class EncoderShelf implements AutoCloseable {

    private final Map<WholeSae, Encoder> whole = new HashMap<>();
    private final Map<List<TapPlan>, OnnxPlanEncoders> open = new HashMap<>();
    private final Map<CanaryPlan, RecordedRows> recorded = new HashMap<>();

    /**
     * The encoders of a plan, by name in the spec.
     *
     * @throws EncoderException when one cannot be opened, or its weights are not those its epoch began with; the message
     *     names file and remedy
     */
    public synchronized Map<String, Encoder> of(MonitorPlan plan) {
        List<TapPlan> alike = plan.taps().stream().map(EncoderShelf::bare).toList();
        OnnxPlanEncoders opened = open.get(alike);
        if (opened == null) {
            opened = OnnxPlanEncoders.open(
                    alike,
                    (sae, weights) -> whole.computeIfAbsent(
                            sae,
                            wanted -> OnnxEncoders.open(
                                    weights, wanted.watched(), true, wanted.dtype(), wanted.device())));
            open.put(alike, opened);
        }
        SortedMap<String, Encoder> byName = opened.byName();
        for (TapPlan tap : plan.taps()) {
            for (EncoderPlan wanted : tap.encoders()) {
                Encoder encoder = byName.get(wanted.name());
                if (encoder != null) {
                    requireSame(plan, wanted, encoder);
                }
            }
        }
        return byName;
    }

    /**
     * Recorded rows of a plan's canaries, by name in the spec.
     *
     * @throws EncoderException when one cannot be read, or is not the one its epoch began with
     */
    public synchronized Map<String, RecordedRows> canaries(MonitorPlan plan) {
        Map<String, RecordedRows> byName = new TreeMap<>();
        for (CanaryPlan canary : plan.canaries()) {
            byName.put(canary.name(), recorded.computeIfAbsent(canary, EncoderShelf::read));
        }
        return byName;
    }

    private static RecordedRows read(CanaryPlan canary) {
        try {
            RecordedRows rows = RecordedRows.read(canary.location());
            if (!rows.facts().digest().equals(canary.digest())) {
                throw new EncoderException(
                        "the recording at " + canary.location() + " is not the one that the epoch of its"
                                + " plan began with; put that back, or give the new one a location of its own");
            }
            return rows;
        } catch (WeightsException e) {
            throw new EncoderException(String.valueOf(e.getMessage()), e);
        }
    }

    /** What of a tap decides how its encoders are opened. */
    private static TapPlan bare(TapPlan tap) {
        List<EncoderPlan> encoders = new ArrayList<>();
        for (EncoderPlan e : tap.encoders()) {
            double full = e.fullFraction() > 0 ? 1 : 0;
            encoders.add(new EncoderPlan(
                    e.name(), e.location(), e.probe(), e.width(), e.watched(), full, "", e.reads(), e.device()));
        }
        return new TapPlan(tap.name(), "", tap.dIn(), tap.dtype(), false, false, 0, encoders);
    }

    private static void requireSame(MonitorPlan plan, EncoderPlan wanted, Encoder opened) {
        if (!wanted.weights().isEmpty() && !wanted.weights().equals(opened.weights())) {
            throw new EncoderException("the weights at " + wanted.location() + " are not those that epoch "
                    + plan.epoch() + " began with; put those back, or give the new ones a location of their own");
        }
    }

    @Override
    public synchronized void close() {
        open.values().forEach(OnnxPlanEncoders::close);
        open.clear();
        whole.values().forEach(Encoder::close);
        whole.clear();
    }
}
