package io.seismo.encoder.onnx;

import io.seismo.encoder.EncoderException;
import io.seismo.encoder.onnx.OnnxPlanEncoders.WholeSae;
import io.seismo.spec.Arithmetic;
import io.seismo.spec.TapPlan;
import io.seismo.spec.TapPlan.EncoderPlan;
import io.seismo.weights.Footprint;
import io.seismo.weights.InputNorm;
import io.seismo.weights.WeightsException;
import io.seismo.weights.load.WeightLoader;
import io.seismo.weights.probe.Probe;
import io.seismo.wire.Dtype;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * Decides as {@link JointWatchBuilder} does which columns each multiplication has, from shapes alone: SAEs are not loaded,
 * probes are, since they are small. Used once.
 */
final class PlanNeedsBuilder {

    private final List<TapPlan> taps;
    private final Map<String, Footprint> saes = new TreeMap<>();
    private final Map<String, Probe> probes = new TreeMap<>();
    private final Map<MatrixGroup.Key, List<PlanNeeds.Share>> shares = new LinkedHashMap<>();
    private final Map<WholeSae, List<String>> whole = new LinkedHashMap<>();
    private final List<PlanNeeds.Headed> heads = new ArrayList<>();

    PlanNeedsBuilder(List<TapPlan> taps) {
        this.taps = taps;
    }

    PlanNeeds build() {
        for (TapPlan tap : taps) {
            for (EncoderPlan encoder : tap.encoders()) {
                if (!encoder.probe()) {
                    sae(tap, encoder);
                }
            }
        }
        for (TapPlan tap : taps) {
            for (EncoderPlan encoder : tap.encoders()) {
                if (encoder.probe() && !encoder.watched().isEmpty()) {
                    probe(tap, encoder);
                }
            }
        }
        List<PlanNeeds.Full> full = new ArrayList<>();
        whole.forEach((sae, encoders) -> full.add(full(sae, encoders)));
        return new PlanNeeds(multiplications(), full, heads, converting(full));
    }

    private List<PlanNeeds.Watch> multiplications() {
        List<PlanNeeds.Watch> all = new ArrayList<>();
        shares.forEach((key, readers) -> {
            TapPlan tap = tap(key.tap());
            int columns = readers.stream().mapToInt(PlanNeeds.Share::columns).sum();
            Dtype input = key.norm() == InputNorm.NONE ? tap.dtype() : Dtype.DTYPE_F32;
            all.add(new PlanNeeds.Watch(
                    key.tap(),
                    tap.dIn(),
                    key.norm().name().toLowerCase(Locale.ROOT),
                    key.arithmetic().device().place(),
                    readers,
                    EncoderNeeds.graph(
                            "watch",
                            new OnnxGraph(input, tap.dIn(), columns),
                            key.arithmetic().precision(),
                            false)));
        });
        return all;
    }

    private PlanNeeds.Full full(WholeSae sae, List<String> encoders) {
        Footprint shape = footprint(sae.location(), sae.arithmetic());
        return new PlanNeeds.Full(
                encoders,
                sae.location(),
                shape.dIn(),
                shape.wholeRow() && !sae.watched().isEmpty(),
                EncoderNeeds.of(shape, 0, true, sae.dtype(), sae.arithmetic().unthresholded())
                        .graphs()
                        .get(0));
    }

    /** Every matrix that no file holds as it is needed; one that a full graph keeps is counted there. */
    private long converting(List<PlanNeeds.Full> full) {
        long bytes = 0;
        for (Map.Entry<String, Footprint> sae : saes.entrySet()) {
            boolean kept = full.stream().anyMatch(one -> one.location().equals(sae.getKey()));
            Footprint shape = sae.getValue();
            bytes += kept || shape.inFile() ? 0 : 1L * Float.BYTES * shape.dIn() * shape.width();
        }
        return bytes;
    }

    private void sae(TapPlan tap, EncoderPlan encoder) {
        Footprint shape = footprint(encoder.location(), encoder.arithmetic());
        TreeSet<Integer> features = new TreeSet<>(encoder.watched());
        for (EncoderPlan head : tap.encoders()) {
            if (head.probe()
                    && head.reads().features().equals(encoder.name())
                    && !head.watched().isEmpty()) {
                features.addAll(inputs(probe(head), shape.width()));
            }
        }
        if (encoder.fullFraction() > 0 || (shape.wholeRow() && !features.isEmpty())) {
            List<Integer> watched = shape.wholeRow() ? List.copyOf(features) : List.of();
            whole.computeIfAbsent(
                            new WholeSae(encoder.location(), watched, tap.dtype(), encoder.arithmetic()),
                            ignored -> new ArrayList<>())
                    .add(encoder.name());
        }
        if (!shape.wholeRow() && !features.isEmpty()) {
            add(tap, shape.norm(), encoder, features.size());
        }
    }

    private static List<Integer> inputs(Probe head, int width) {
        return head.features().isEmpty() ? IntStream.range(0, width).boxed().toList() : head.features();
    }

    private void probe(TapPlan home, EncoderPlan encoder) {
        Probe probe = probe(encoder);
        boolean onRows = !encoder.reads().onFeatures();
        if (onRows && !(probe instanceof Probe.Onnx)) {
            int columns = probe instanceof Probe.Mlp
                    ? probe.columns()
                    : encoder.watched().size();
            for (String tap : encoder.taps(home.name())) {
                add(tap(tap), InputNorm.NONE, encoder, columns);
            }
        }
        if (onRows && probe instanceof Probe.Linear) {
            return;
        }
        // The runtime makes a model of its own beside the bytes of one in ONNX.
        heads.add(new PlanNeeds.Headed(
                encoder.name(),
                probe.words(),
                flop(probe, onRows),
                probe.bytes()
                        + (probe instanceof Probe.Onnx onnx
                                ? onnx.model().bytes().size()
                                : 0),
                probe instanceof Probe.Onnx ? OrtModel.bytesOfARun(probe.inputs(), probe.outputs()) : 0));
    }

    /** Of what is not in the multiplication. */
    private static long flop(Probe probe, boolean onRows) {
        if (probe instanceof Probe.Mlp mlp) {
            return mlp.layers().stream()
                    .skip(onRows ? 1 : 0)
                    .mapToLong(
                            layer -> 2L * layer.matrix().rows() * layer.matrix().columns())
                    .sum();
        }
        if (probe instanceof Probe.Trees trees) {
            return trees.table().trees();
        }
        return probe instanceof Probe.Linear ? 2L * probe.inputs() * probe.outputs() : -1;
    }

    private void add(TapPlan tap, InputNorm norm, EncoderPlan encoder, int columns) {
        shares.computeIfAbsent(
                        new MatrixGroup.Key(
                                tap.name(), norm, encoder.arithmetic().unthresholded()),
                        ignored -> new ArrayList<>())
                .add(new PlanNeeds.Share(encoder.name(), columns));
    }

    private TapPlan tap(String name) {
        return taps.stream()
                .filter(tap -> tap.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new EncoderException("no tap " + name + " in the plan"));
    }

    private Footprint footprint(String location, Arithmetic arithmetic) {
        Footprint exact = saes.computeIfAbsent(location, WeightLoader::footprint);
        if (!arithmetic.thresholded()) {
            return exact;
        }
        if (!exact.topK()) {
            throw new WeightsException(
                    location + " keeps no k largest features, so no threshold stands in for them", "leave topk out");
        }
        return exact.thresholded();
    }

    private Probe probe(EncoderPlan encoder) {
        return probes.computeIfAbsent(
                encoder.location(),
                location -> WeightLoader.probe(location, encoder.reads().score()));
    }
}
