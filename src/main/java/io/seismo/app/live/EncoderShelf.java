package io.seismo.app.live;

import io.seismo.encoder.Encoder;
import io.seismo.encoder.EncoderException;
import io.seismo.encoder.RebuildingEncoder;
import io.seismo.encoder.onnx.OnnxEncoders;
import io.seismo.encoder.onnx.OnnxPlanEncoders;
import io.seismo.encoder.onnx.OnnxPlanEncoders.WholeSae;
import io.seismo.spec.CanaryPlan;
import io.seismo.spec.MonitorPlan;
import io.seismo.spec.TapPlan;
import io.seismo.spec.TapPlan.EncoderPlan;
import io.seismo.weights.Decoder;
import io.seismo.weights.InputNorm;
import io.seismo.weights.WeightsException;
import io.seismo.weights.load.WeightLoader;
import io.seismo.weights.recorded.RecordedRows;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The encoders of a process: each opened when it is first asked for, shared by all stream threads and by all epochs that
 * open it alike, closed when everybody who asked has released it, or with the shelf.
 */
public final class EncoderShelf implements AutoCloseable {

    private final Map<WholeSae, Encoder> whole = new HashMap<>();
    private final Map<List<TapPlan>, Held> open = new HashMap<>();
    private final Map<CanaryPlan, RecordedRows> recorded = new HashMap<>();
    private final Map<String, InputNorm> norms = new HashMap<>();
    private final Map<String, Decoder> decoders = new HashMap<>();

    /**
     * The encoders of a plan, by name in the spec.
     *
     * @throws EncoderException when one cannot be opened, or its weights are not those its epoch began with; the message
     *     names file and remedy
     */
    public synchronized Map<String, Encoder> of(MonitorPlan plan) {
        List<TapPlan> alike = alike(plan);
        Held held = open.get(alike);
        if (held == null) {
            held = open(alike);
            open.put(alike, held);
        }
        try {
            Map<String, Encoder> byName = byName(plan, held);
            held.holders++;
            return byName;
        } finally {
            closeIfUnused(alike, held);
        }
    }

    /** Says that one who asked for a plan's encoders uses them no more. */
    public synchronized void release(MonitorPlan plan) {
        List<TapPlan> alike = alike(plan);
        Held held = open.get(alike);
        if (held != null) {
            held.holders--;
            closeIfUnused(alike, held);
        }
    }

    private static List<TapPlan> alike(MonitorPlan plan) {
        return plan.taps().stream().map(EncoderShelf::bare).toList();
    }

    private Held open(List<TapPlan> alike) {
        Set<WholeSae> saes = new HashSet<>();
        OnnxPlanEncoders encoders = OnnxPlanEncoders.open(alike, (sae, weights) -> {
            saes.add(sae);
            norms.put(sae.location(), weights.norm());
            return whole.computeIfAbsent(sae, wanted -> OnnxEncoders.open(weights, wanted));
        });
        return new Held(encoders, saes);
    }

    private Map<String, Encoder> byName(MonitorPlan plan, Held held) {
        SortedMap<String, Encoder> byName = new TreeMap<>(held.encoders.byName());
        for (TapPlan tap : plan.taps()) {
            for (EncoderPlan wanted : tap.encoders()) {
                Encoder encoder = byName.get(wanted.name());
                if (encoder != null) {
                    requireSame(plan, wanted, encoder);
                }
                if (encoder != null && plan.rebuilds(wanted.name())) {
                    byName.put(wanted.name(), rebuilding(wanted, encoder));
                }
            }
        }
        return byName;
    }

    private void closeIfUnused(List<TapPlan> alike, Held held) {
        if (held.holders > 0) {
            return;
        }
        open.remove(alike);
        held.encoders.close();
        Set<WholeSae> needed = new HashSet<>();
        open.values().forEach(other -> needed.addAll(other.saes));
        for (WholeSae sae : held.saes) {
            Encoder encoder = needed.contains(sae) ? null : whole.remove(sae);
            if (encoder != null) {
                encoder.close();
            }
        }
        Set<String> locations = needed.stream().map(WholeSae::location).collect(Collectors.toSet());
        norms.keySet().retainAll(locations);
        decoders.keySet().retainAll(locations);
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

    private Encoder rebuilding(EncoderPlan wanted, Encoder sae) {
        Decoder decoder = decoders.computeIfAbsent(wanted.location(), EncoderShelf::decoder);
        return new RebuildingEncoder(sae, decoder, Objects.requireNonNull(norms.get(wanted.location())));
    }

    private static Decoder decoder(String location) {
        try {
            return WeightLoader.decoder(location).orElseThrow(() -> noDecoder(location));
        } catch (WeightsException e) {
            throw new EncoderException(String.valueOf(e.getMessage()), e);
        }
    }

    private static EncoderException noDecoder(String location) {
        return new EncoderException(location + " has no decoder, which source: reconstruction needs; put back the"
                + " weights that had one");
    }

    /** What of a tap decides how its encoders are opened. */
    private static TapPlan bare(TapPlan tap) {
        List<EncoderPlan> encoders = new ArrayList<>();
        for (EncoderPlan e : tap.encoders()) {
            double full = e.fullFraction() > 0 ? 1 : 0;
            encoders.add(new EncoderPlan(
                    e.name(), e.location(), e.probe(), e.width(), e.watched(), full, "", e.reads(), e.arithmetic()));
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
        decoders.clear();
        open.values().forEach(held -> held.encoders.close());
        open.clear();
        whole.values().forEach(Encoder::close);
        whole.clear();
    }

    /** Encoders that are opened alike, with the SAEs they need whole, and how many use them. */
    private static final class Held {

        private final OnnxPlanEncoders encoders;
        private final Set<WholeSae> saes;
        private int holders;

        Held(OnnxPlanEncoders encoders, Set<WholeSae> saes) {
            this.encoders = encoders;
            this.saes = saes;
        }
    }
}
