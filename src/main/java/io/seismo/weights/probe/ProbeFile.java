package io.seismo.weights.probe;

import io.seismo.spec.EncoderFacts;
import io.seismo.spec.ProbeScore;
import io.seismo.weights.Activation;
import io.seismo.weights.EncoderWeights;
import io.seismo.weights.InputNorm;
import io.seismo.weights.Manifest;
import io.seismo.weights.Matrix;
import io.seismo.weights.Tensor;
import io.seismo.weights.WeightsException;
import io.seismo.weights.file.Tensors;
import io.seismo.weights.file.WeightFolder;
import io.seismo.weights.onnx.OnnxModel;
import io.seismo.weights.onnx.OnnxModelReader;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A probe in one file: tensors in safetensors, npz or PyTorch's format, or a model in ONNX.
 *
 * <ul>
 *   <li>linear: {@code weight} [d] or [k, d] with {@code bias} [k]; or {@code direction} [d]; or {@code mean_positive} and
 *       {@code mean_negative} [d], whose difference is the direction (Marks and Tegmark 2023, "The Geometry of Truth");
 *   <li>perceptron: {@code 0.weight} [h, d], {@code 0.bias}, {@code 2.weight} …, as a PyTorch {@code Sequential} saves it,
 *       also behind {@code layers.} or {@code net.}; {@code activation} in the metadata is relu, tanh or silu;
 *   <li>trees: {@link TreeTable};
 *   <li>ONNX: {@link OnnxModelReader}.
 * </ul>
 *
 * <p>A tensor {@code features} of indexes, or a property of that name in ONNX, says which features of an SAE are the inputs.
 * {@code hook_name}, {@code model_name} and {@code model_revision} in the metadata are taken for its provenance.
 */
public final class ProbeFile {

    private static final Pattern LAYER = Pattern.compile("(?:layers\\.|net\\.)?([0-9]{1,3})\\.weight");
    /** Tensors of which a linear probe has one. */
    private static final List<String> LINEAR = List.of("weight", "direction", "mean_positive");

    private static final int MOST_LAYERS = 8;
    private static final long MOST_PARAMETERS = 1 << 22;
    private static final int MOST_FEATURES = 1 << 16;
    private static final int MOST_OUTPUTS = 1_024;

    private final WeightFolder folder;
    private final Tensors file;

    private ProbeFile(WeightFolder folder) {
        this.folder = folder;
        this.file = Tensors.open(folder.self());
    }

    /** Loads a probe, with a linear one's score as asked for. */
    public static Probe load(WeightFolder folder, ProbeScore score) {
        if (folder.location().endsWith(WeightFolder.ONNX)) {
            return onnx(folder);
        }
        ProbeFile probe = new ProbeFile(folder);
        return switch (probe.form()) {
            case "trees" -> probe.trees();
            case "mlp" -> probe.perceptron();
            default -> probe.linear(score);
        };
    }

    /** What a plan needs to know, without touching a matrix. */
    public static EncoderFacts facts(WeightFolder folder) {
        if (folder.location().endsWith(WeightFolder.ONNX)) {
            Probe.Onnx probe = onnx(folder);
            SortedMap<String, String> said = probe.model().metadata();
            return facts(probe)
                    .at(said.getOrDefault("hook_name", ""))
                    .of(said.getOrDefault("model_name", ""), said.getOrDefault("model_revision", ""));
        }
        ProbeFile probe = new ProbeFile(folder);
        EncoderFacts facts = switch (probe.form()) {
            case "trees" -> facts(probe.trees());
            case "mlp" -> facts(probe.perceptron());
            default -> probe.linearFacts();
        };
        return facts.at(probe.file.metadata("hook_name"))
                .of(probe.file.metadata("model_name"), probe.file.metadata("model_revision"));
    }

    private static EncoderFacts facts(Probe probe) {
        int top = probe.features().stream().mapToInt(Integer::intValue).max().orElse(-1);
        return EncoderFacts.probe(
                probe.inputs(), probe.outputs(), new EncoderFacts.Form(probe.form(), probe.columns(), top));
    }

    /** Whether a file of tensors holds a probe, by their names: any other is of something else. */
    public static boolean claims(Tensors file) {
        return !form(file).equals("linear") || LINEAR.stream().anyMatch(file.names()::contains);
    }

    /** {@code linear}, {@code mlp} or {@code trees}, by the names of the tensors. */
    private static String form(Tensors file) {
        if (file.names().contains("tree.offsets")) {
            return "trees";
        }
        boolean layered = !file.names().contains("weight")
                && file.names().stream().anyMatch(name -> LAYER.matcher(name).matches());
        return layered ? "mlp" : "linear";
    }

    private String form() {
        return form(file);
    }

    private EncoderFacts linearFacts() {
        Tensor weight = weight();
        boolean rows = weight.shape().size() == 2;
        long inputs = weight.shape().get(rows ? 1 : 0);
        int outputs = rows ? outputs(weight.shape().get(0)) : 1;
        int top = features().stream().mapToInt(Integer::intValue).max().orElse(-1);
        return EncoderFacts.probe(
                Math.toIntExact(Math.max(1, inputs)), outputs, new EncoderFacts.Form("linear", outputs, top));
    }

    private int outputs(long count) {
        if (count < 1 || count > MOST_OUTPUTS) {
            throw refused(count + " outputs; 1 to " + MOST_OUTPUTS + " are taken");
        }
        return (int) count;
    }

    /** The tensor that gives a linear probe its shape. */
    private Tensor weight() {
        for (String name : List.of("direction", "mean_positive")) {
            if (file.find("weight").isEmpty() && file.find(name).isPresent()) {
                return file.require(name).expect(file.require(name).elements());
            }
        }
        Tensor weight = file.require("weight");
        if (weight.shape().size() < 1 || weight.shape().size() > 2 || weight.elements() == 0) {
            throw new WeightsException(
                    weight + " should have shape [d_in] or [outputs, d_in]", "give one weight for each value of a row");
        }
        return weight;
    }

    private Probe.Linear linear(ProbeScore score) {
        List<String> folded = new ArrayList<>();
        Matrix matrix = direction(folded);
        float[] bias = new float[matrix.columns()];
        if (score == ProbeScore.LOGIT) {
            file.find("bias").ifPresent(tensor -> fill(bias, tensor));
        } else {
            folded.add("score " + (score == ProbeScore.RAW ? "raw, bias left out" : "unit, w / ‖w‖, bias left out"));
        }
        Matrix scored = score == ProbeScore.UNIT ? normalised(matrix) : matrix;
        String type = weight().type().name();
        Manifest manifest = manifest("probe/linear", scored.rows(), scored.columns(), type, folded);
        return new Probe.Linear(
                new EncoderWeights(manifest, scored, bias, new Activation.Linear(), InputNorm.NONE), features());
    }

    private Matrix direction(List<String> folded) {
        Tensor weight = weight();
        if (weight.name().equals("mean_positive")) {
            folded.add("direction = mean_positive − mean_negative");
            double[] direction = weight.vector();
            double[] less =
                    file.require("mean_negative").expect(direction.length).vector();
            for (int i = 0; i < direction.length; i++) {
                direction[i] -= less[i];
            }
            return Matrix.column(direction);
        }
        if (weight.shape().size() == 1) {
            return Matrix.column(weight.vector());
        }
        outputs(weight.shape().get(0));
        return finite(weight);
    }

    private Matrix normalised(Matrix matrix) {
        double[] squares = new double[matrix.columns()];
        for (int i = 0; i < matrix.rows(); i++) {
            for (int c = 0; c < squares.length; c++) {
                squares[c] += (double) matrix.get(i, c) * matrix.get(i, c);
            }
        }
        for (int c = 0; c < squares.length; c++) {
            if (squares[c] == 0) {
                throw refused("direction " + c + " is zero and has no unit");
            }
            squares[c] = 1 / Math.sqrt(squares[c]);
        }
        return matrix.scaled(squares);
    }

    private void fill(float[] bias, Tensor tensor) {
        double[] values = tensor.vector();
        if (values.length != bias.length) {
            throw new WeightsException(
                    tensor + " should hold one value for each of " + bias.length + " outputs",
                    "export the probe again");
        }
        for (int i = 0; i < bias.length; i++) {
            bias[i] = (float) values[i];
        }
    }

    private Probe.Mlp perceptron() {
        SortedMap<Integer, String> names = new TreeMap<>();
        for (String name : file.tensors().keySet()) {
            Matcher matcher = LAYER.matcher(name);
            if (matcher.matches() && names.put(Integer.parseInt(matcher.group(1)), name) != null) {
                throw refused("two layers have the same number");
            }
        }
        if (names.size() > MOST_LAYERS) {
            throw refused(names.size() + " layers; at most " + MOST_LAYERS + " are taken");
        }
        List<Probe.Layer> layers = new ArrayList<>();
        for (String name : names.values()) {
            layers.add(layer(name));
        }
        for (int i = 1; i < layers.size(); i++) {
            if (layers.get(i).matrix().rows() != layers.get(i - 1).matrix().columns()) {
                throw refused("its layers do not fit each other");
            }
        }
        int inputs = layers.get(0).matrix().rows();
        int outputs = outputs(layers.get(layers.size() - 1).matrix().columns());
        String type = file.require(names.values().iterator().next()).type().name();
        Manifest manifest = manifest("probe/mlp", inputs, outputs, type, List.of());
        return new Probe.Mlp(manifest, sized(inputs), layers, between());
    }

    private Probe.Layer layer(String name) {
        Tensor weight = file.require(name).matrix("[outputs, inputs]");
        if (weight.elements() < 1 || weight.elements() > MOST_PARAMETERS) {
            throw refused(name + " has " + weight.elements() + " values; at most " + MOST_PARAMETERS + " are taken");
        }
        Matrix matrix = finite(weight);
        float[] bias = new float[matrix.columns()];
        file.find(name.substring(0, name.length() - "weight".length()) + "bias")
                .ifPresent(tensor -> fill(bias, tensor));
        List<Float> values = new ArrayList<>();
        for (float value : bias) {
            values.add(value);
        }
        return new Probe.Layer(matrix, values);
    }

    private Probe.Nonlinearity between() {
        return switch (file.metadata("activation")) {
            case "", "relu" -> Probe.Nonlinearity.RELU;
            case "tanh" -> Probe.Nonlinearity.TANH;
            case "silu" -> Probe.Nonlinearity.SILU;
            default -> throw refused("its activation is not relu, tanh or silu");
        };
    }

    private Probe.Trees trees() {
        TreeTable table = TreeTable.read(file);
        if (table.features().isEmpty() || table.features().size() > MOST_FEATURES) {
            throw refused(
                    "its trees ask for " + table.features().size() + " features; 1 to " + MOST_FEATURES + " are taken");
        }
        String type = file.require("tree.value").type().name();
        return new Probe.Trees(manifest("probe/trees", table.features().size(), 1, type, List.of()), table);
    }

    private static Probe.Onnx onnx(WeightFolder folder) {
        OnnxModel model = OnnxModelReader.read(folder);
        StringBuilder others = new StringBuilder();
        model.externals().stream()
                .map(OnnxModel.External::source)
                .distinct()
                .forEach(source -> others.append(source.sha256()).append('\n'));
        String beside = others.isEmpty() ? "" : Manifest.sha256(others.toString());
        Manifest manifest = new Manifest(
                "probe/onnx",
                folder.location(),
                folder.self().sha256(),
                beside,
                model.metadata().getOrDefault("hook_name", ""),
                model.metadata().getOrDefault("model_name", ""),
                model.inputs(),
                model.outputs(),
                "F32",
                List.of());
        List<Integer> features = new ArrayList<>();
        String listed = model.metadata().getOrDefault("features", "");
        if (!listed.matches("(?:[0-9]{1,8}(?:,[0-9]{1,8}){0," + MOST_FEATURES + "})?")) {
            throw new WeightsException(folder.location() + ": features is no list of indexes", "such as 3,17,88");
        }
        for (String feature : listed.isEmpty() ? new String[0] : listed.split(",")) {
            features.add(Integer.parseInt(feature));
        }
        if (!features.isEmpty() && features.size() != model.inputs()) {
            throw new WeightsException(
                    folder.location() + " lists " + features.size() + " features for " + model.inputs() + " inputs",
                    "list one for each input");
        }
        return new Probe.Onnx(manifest, features, model);
    }

    private List<Integer> sized(int inputs) {
        List<Integer> features = features();
        if (!features.isEmpty() && features.size() != inputs) {
            throw refused("it lists " + features.size() + " features for " + inputs + " inputs");
        }
        return features;
    }

    private List<Integer> features() {
        double[] values = file.find("features").map(Tensor::vector).orElse(new double[0]);
        if (values.length > MOST_FEATURES) {
            throw refused("it lists more than " + MOST_FEATURES + " features");
        }
        List<Integer> features = new ArrayList<>();
        for (double value : values) {
            if (value != Math.rint(value) || value < 0 || value >= 1 << 24) {
                throw refused("features holds " + value + ", which is no index");
            }
            features.add((int) value);
        }
        return features;
    }

    /** A tensor [outputs, inputs] as [inputs, outputs]. */
    private Matrix finite(Tensor weight) {
        Matrix matrix = Matrix.of(weight.transposed());
        for (int i = 0; i < matrix.rows(); i++) {
            for (int c = 0; c < matrix.columns(); c++) {
                if (!Float.isFinite(matrix.get(i, c))) {
                    throw new WeightsException(
                            weight + " holds " + matrix.get(i, c), "export the weights again from a clean run");
                }
            }
        }
        return matrix;
    }

    private Manifest manifest(String family, int inputs, int outputs, String type, List<String> folded) {
        return new Manifest(
                family,
                folder.location(),
                file.source().sha256(),
                "",
                file.metadata("hook_name"),
                file.metadata("model_name"),
                inputs,
                outputs,
                type,
                folded);
    }

    private WeightsException refused(String problem) {
        return new WeightsException(folder.location() + ": " + problem, "export the probe again; see probes.md");
    }
}
