package io.seismo.encoder.onnx;

import io.seismo.encoder.Encoder;
import io.seismo.encoder.EncoderException;
import io.seismo.encoder.Head;
import io.seismo.encoder.onnx.JointPart.Slot;
import io.seismo.encoder.onnx.OnnxPlanEncoders.WholeSae;
import io.seismo.spec.Arithmetic;
import io.seismo.spec.ProbeScore;
import io.seismo.spec.TapPlan;
import io.seismo.spec.TapPlan.EncoderPlan;
import io.seismo.weights.Activation;
import io.seismo.weights.EncoderWeights;
import io.seismo.weights.InputNorm;
import io.seismo.weights.load.WeightLoader;
import io.seismo.weights.probe.Probe;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Decides which columns each tap's multiplication has, and how every encoder reads them. Used once. */
final class JointWatchBuilder {

    private final List<TapPlan> taps;
    private final BiFunction<WholeSae, EncoderWeights, Encoder> whole;
    private final Map<String, EncoderWeights> saes = new TreeMap<>();
    private final Map<String, Probe> probes = new TreeMap<>();
    private final Map<MatrixGroup.Key, MatrixGroup> groups = new LinkedHashMap<>();
    private final List<@Nullable ValueBlock> blocks = new ArrayList<>();
    private final Map<String, OnnxJointWatch.SaeValues> values = new LinkedHashMap<>();
    private final List<JointPart> parts = new ArrayList<>();
    private final GraphLoader loader = new GraphLoader(OnnxRuntime.get(), false);
    private final OnnxDigest digest = loader.digest();
    private String fingerprint = "";

    JointWatchBuilder(List<TapPlan> taps, BiFunction<WholeSae, EncoderWeights, Encoder> whole) {
        this.taps = taps;
        this.whole = whole;
    }

    /** Opens the sessions. */
    OnnxJointWatch build() {
        boolean done = false;
        try {
            plan();
            for (MatrixGroup group : groups.values()) {
                blocks.set(group.index(), group.open(loader));
            }
            fingerprint = loader.fingerprint();
            List<ValueBlock> opened = new ArrayList<>();
            blocks.forEach(block -> {
                if (block != null) {
                    opened.add(block);
                }
            });
            done = true;
            return new OnnxJointWatch(opened, List.copyOf(values.values()), parts);
        } finally {
            if (!done) {
                abandon();
            }
        }
    }

    private void abandon() {
        for (ValueBlock block : blocks) {
            if (block != null) {
                block.close();
            }
        }
        for (JointPart part : parts) {
            if (part instanceof JointPart.Model model) {
                model.model().close();
            }
        }
    }

    /** What is known of an encoder once all is built. */
    DescribedEncoder.Facts facts(TapPlan tap, EncoderPlan encoder) {
        String weights = encoder.probe()
                ? probe(encoder).manifest().digest()
                : sae(encoder).manifest().digest();
        int dIn = 0;
        for (String name : encoder.taps(tap.name())) {
            dIn += tap(name).dIn();
        }
        int width = encoder.probe() ? probe(encoder).outputs() : sae(encoder).width();
        return new DescribedEncoder.Facts(
                encoder.name(), dIn, width, encoder.watched().size(), fingerprint, weights);
    }

    /** An SAE with its full graph; one that must be whole anyway answers for its watched features too. */
    Encoder whole(TapPlan tap, EncoderPlan encoder) {
        EncoderWeights weights = sae(encoder);
        List<Integer> watched = weights.activation().wholeRow() ? features(tap, encoder) : List.of();
        return whole.apply(new WholeSae(encoder.location(), watched, tap.dtype(), encoder.arithmetic()), weights);
    }

    private void plan() {
        for (TapPlan tap : taps) {
            for (EncoderPlan encoder : tap.encoders()) {
                if (!encoder.probe()) {
                    addSae(tap, encoder);
                }
            }
        }
        int column = 0;
        for (TapPlan tap : taps) {
            for (EncoderPlan encoder : tap.encoders()) {
                if (!encoder.watched().isEmpty()) {
                    parts.add(encoder.probe() ? probePart(tap, encoder, column) : saePart(encoder, column));
                    column += encoder.watched().size();
                }
            }
        }
    }

    /** Features of an SAE that are watched or that a head on it reads, ascending. */
    private List<Integer> features(TapPlan tap, EncoderPlan sae) {
        TreeSet<Integer> features = new TreeSet<>(sae.watched());
        for (EncoderPlan head : tap.encoders()) {
            if (head.probe()
                    && head.reads().features().equals(sae.name())
                    && !head.watched().isEmpty()) {
                features.addAll(inputs(probe(head), sae(sae).width()));
            }
        }
        for (int feature : features) {
            if (feature < 0 || feature >= sae(sae).width()) {
                throw new EncoderException(
                        sae.location() + " has features 0 to " + (sae(sae).width() - 1) + ", not " + feature);
            }
        }
        return List.copyOf(features);
    }

    private static List<Integer> inputs(Probe head, int width) {
        if (!head.features().isEmpty()) {
            return head.features();
        }
        if (head.inputs() != width) {
            throw new EncoderException(head.manifest().source() + " reads " + head.inputs() + " features of an SAE of "
                    + width + "; use it on the SAE it was trained on");
        }
        return IntStream.range(0, width).boxed().toList();
    }

    private void addSae(TapPlan tap, EncoderPlan encoder) {
        EncoderWeights weights = sae(encoder);
        requireWidth(tap.dIn(), weights.dIn(), encoder);
        List<Integer> features = features(tap, encoder);
        digest.weights(
                weights.manifest(),
                weights.norm().name() + " " + weights.activation().words());
        if (features.isEmpty()) {
            return;
        }
        int[] chosen = features.stream().mapToInt(Integer::intValue).toArray();
        if (weights.activation().wholeRow()) {
            values.put(encoder.name(), new OnnxJointWatch.SaeValues(encoder.name(), blocks.size(), 0, chosen));
            Encoder sae = whole(tap, encoder);
            digest.text(sae.fingerprint());
            blocks.add(new WholeRowBlock(tap.name(), sae));
            return;
        }
        float[] limits = SparseScan.limits(weights.activation(), weights.width());
        float[] chosenLimits = new float[chosen.length];
        float[] bias = new float[chosen.length];
        for (int c = 0; c < chosen.length; c++) {
            boolean linear = weights.activation() instanceof Activation.Linear;
            chosenLimits[c] = linear ? Float.NaN : limits[chosen[c]];
            bias[c] = weights.bias()[chosen[c]];
        }
        MatrixGroup group = group(tap, weights.norm(), encoder.arithmetic());
        int offset = group.add(new MatrixGroup.Piece(weights.matrix(), 0, chosen, bias, chosenLimits));
        values.put(encoder.name(), new OnnxJointWatch.SaeValues(encoder.name(), group.index(), offset, chosen));
    }

    private JointPart saePart(EncoderPlan encoder, int column) {
        List<List<Slot>> terms = new ArrayList<>();
        for (int feature : encoder.watched()) {
            terms.add(List.of(slot(encoder.name(), feature)));
        }
        return new JointPart.Values(encoder.name(), column, terms, encoder.watched());
    }

    private JointPart probePart(TapPlan home, EncoderPlan encoder, int column) {
        Probe probe = probe(encoder);
        for (int output : encoder.watched()) {
            if (output < 0 || output >= probe.outputs()) {
                throw new EncoderException(
                        encoder.location() + " has outputs 0 to " + (probe.outputs() - 1) + ", not " + output);
            }
        }
        digest.weights(probe.manifest(), encoder.reads().toString());
        digest.text(encoder.watched().toString());
        return encoder.reads().onFeatures()
                ? onFeatures(home, encoder, probe, column)
                : onRows(home, encoder, probe, column);
    }

    private JointPart onFeatures(TapPlan home, EncoderPlan encoder, Probe probe, int column) {
        EncoderPlan sae = home.encoders().stream()
                .filter(other -> other.name().equals(encoder.reads().features()))
                .findFirst()
                .orElseThrow(() -> new EncoderException(
                        encoder.name() + " reads features of an encoder that is not on tap " + home.name()));
        List<List<Slot>> terms = new ArrayList<>();
        for (int feature : inputs(probe, sae(sae).width())) {
            terms.add(List.of(slot(sae.name(), feature)));
        }
        if (probe instanceof Probe.Onnx onnx) {
            OrtModel model = OrtModel.open(OnnxRuntime.get().environment(), onnx);
            digest.text(model.manner());
            return new JointPart.Model(encoder.name(), column, model, List.of(), terms, encoder.watched());
        }
        return new JointPart.Headed(
                encoder.name(), column, terms, () -> Head.of(probe), probe.outputs(), encoder.watched());
    }

    private JointPart onRows(TapPlan home, EncoderPlan encoder, Probe probe, int column) {
        List<String> names = encoder.taps(home.name());
        int wide = names.stream().mapToInt(name -> tap(name).dIn()).sum();
        requireWidth(wide, probe.inputs(), encoder);
        if (probe instanceof Probe.Onnx onnx) {
            OrtModel model = OrtModel.open(OnnxRuntime.get().environment(), onnx);
            digest.text(model.manner());
            return new JointPart.Model(encoder.name(), column, model, names, List.of(), encoder.watched());
        }
        if (probe instanceof Probe.Mlp mlp) {
            Probe.Layer first = mlp.layers().get(0);
            float[] bias = new float[first.bias().size()];
            for (int c = 0; c < bias.length; c++) {
                bias[c] = first.bias().get(c);
            }
            int[] all = IntStream.range(0, bias.length).toArray();
            List<List<Slot>> terms = split(
                    names, new MatrixGroup.Piece(first.matrix(), 0, all, bias, unlimited(all)), encoder.arithmetic());
            return new JointPart.Headed(
                    encoder.name(), column, terms, () -> Head.afterFirstLayer(mlp), mlp.outputs(), encoder.watched());
        }
        if (probe instanceof Probe.Linear linear) {
            int[] chosen =
                    encoder.watched().stream().mapToInt(Integer::intValue).toArray();
            float[] bias = new float[chosen.length];
            for (int c = 0; c < bias.length; c++) {
                bias[c] = linear.weights().bias()[chosen[c]];
            }
            MatrixGroup.Piece piece =
                    new MatrixGroup.Piece(linear.weights().matrix(), 0, chosen, bias, unlimited(chosen));
            return new JointPart.Values(
                    encoder.name(), column, split(names, piece, encoder.arithmetic()), encoder.watched());
        }
        throw new EncoderException(encoder.location() + " reads features, not rows; name an SAE in the spec");
    }

    /** The columns of a probe at each of its taps; the first adds the bias. */
    private List<List<Slot>> split(List<String> names, MatrixGroup.Piece piece, Arithmetic arithmetic) {
        List<List<Slot>> terms = new ArrayList<>();
        for (int c = 0; c < piece.columns().length; c++) {
            terms.add(new ArrayList<>());
        }
        int firstRow = 0;
        for (String name : names) {
            TapPlan tap = tap(name);
            MatrixGroup group = group(tap, InputNorm.NONE, arithmetic);
            float[] bias = firstRow == 0 ? piece.bias() : new float[piece.columns().length];
            int offset =
                    group.add(new MatrixGroup.Piece(piece.matrix(), firstRow, piece.columns(), bias, piece.limits()));
            for (int c = 0; c < piece.columns().length; c++) {
                terms.get(c).add(new Slot(group.index(), offset + c));
            }
            firstRow += tap.dIn();
        }
        return terms;
    }

    private static float[] unlimited(int[] columns) {
        float[] limits = new float[columns.length];
        Arrays.fill(limits, Float.NaN);
        return limits;
    }

    private Slot slot(String sae, int feature) {
        OnnxJointWatch.SaeValues found = values.get(sae);
        int place = found == null ? -1 : Arrays.binarySearch(found.features(), feature);
        if (found == null || place < 0) {
            throw new EncoderException("feature " + feature + " of " + sae + " is not computed");
        }
        return new Slot(found.block(), found.offset() + place);
    }

    private MatrixGroup group(TapPlan tap, InputNorm norm, Arithmetic arithmetic) {
        Arithmetic shared = arithmetic.unthresholded();
        return groups.computeIfAbsent(new MatrixGroup.Key(tap.name(), norm, shared), key -> {
            blocks.add(null);
            return new MatrixGroup(blocks.size() - 1, tap, norm, shared);
        });
    }

    private static void requireWidth(int given, int read, EncoderPlan encoder) {
        if (given != read) {
            throw new EncoderException(encoder.location() + " reads rows of " + read + ", but the tap of "
                    + encoder.name() + " has " + given);
        }
    }

    private TapPlan tap(String name) {
        return taps.stream()
                .filter(tap -> tap.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new EncoderException("no tap " + name + " in the plan"));
    }

    private EncoderWeights sae(EncoderPlan encoder) {
        EncoderWeights exact = saes.computeIfAbsent(encoder.location(), WeightLoader::load);
        float threshold = encoder.arithmetic().topkThreshold();
        return encoder.arithmetic().thresholded()
                ? saes.computeIfAbsent(encoder.location() + " " + threshold, key -> exact.thresholded(threshold))
                : exact;
    }

    private Probe probe(EncoderPlan encoder) {
        ProbeScore score = encoder.reads().score();
        return probes.computeIfAbsent(
                score + " " + encoder.location(), key -> WeightLoader.probe(encoder.location(), score));
    }
}
