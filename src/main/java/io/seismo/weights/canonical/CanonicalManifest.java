package io.seismo.weights.canonical;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.seismo.weights.ByteSource;
import io.seismo.weights.InputNorm;
import io.seismo.weights.Manifest;
import io.seismo.weights.TensorType;
import io.seismo.weights.family.SaeCard;
import io.seismo.weights.file.Settings;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * {@code seismo-sae.json}: what an imported SAE is, where it came from and where its numbers lie. Its JSON Schema is
 * {@code schemas/sae.schema.json}.
 *
 * <p>The last field seals the others: SHA-256 over the document without it, as compact JSON. A manifest that was changed by
 * hand is refused, since nothing else would tell that its threshold or k is not the one of the SAE.
 *
 * @param conversion family, digests of the sources, shape and what was folded
 * @param revision of the model; empty when not stated
 * @param form what is computed
 * @param weights the file W came from
 * @param config the configuration it was read with
 * @param data the file that was written
 * @param tensors by name: {@code W, c, theta, D, D_scale, D_bias, rates}
 * @param card published figures
 */
public record CanonicalManifest(
        Manifest conversion,
        String revision,
        Form form,
        SourceFile weights,
        Optional<SourceFile> config,
        SourceFile data,
        SortedMap<String, Stored> tensors,
        SaeCard card) {

    /** Its name in the directory of an imported SAE. */
    public static final String FILE = "seismo-sae.json";
    /** The numbers that were converted. */
    public static final String DATA = "weights.bin";

    /** Stands for the file that the user gave, where its numbers are used as they lie. */
    public static final String SOURCE = "source";

    static final int VERSION = 1;

    private static final String SEAL = "seal";
    private static final JsonMapper JSON = new JsonMapper();

    /**
     * What is computed.
     *
     * @param norm of a row
     * @param function relu, jumprelu, topk or groupmax
     * @param k of topk and groupmax; 0 otherwise
     * @param thresholds where they come from, in words; empty where there are none
     * @param units of a feature, in words
     */
    public record Form(InputNorm norm, String function, int k, String thresholds, String units) {}

    /** A file as it was. */
    public record SourceFile(String path, long bytes, String sha256) {}

    /**
     * A tensor in a file, row-major.
     *
     * @param file {@value CanonicalManifest#DATA}, or {@value CanonicalManifest#SOURCE} for the user's own
     */
    public record Stored(String file, TensorType type, List<Long> shape, long offset) {}

    /** The document, sealed. */
    public byte[] toBytes() {
        ObjectNode root = JSON.createObjectNode();
        root.put("seismo_sae", VERSION);
        root.put("family", conversion.family());
        ObjectNode sources = root.putObject("source");
        write(sources.putObject("weights"), weights);
        config.ifPresent(file -> write(sources.putObject("config"), file));
        root.put("model", conversion.model()).put("revision", revision).put("hook", conversion.hook());
        root.put("dtype", conversion.dtype()).put("d_in", conversion.dIn()).put("d_sae", conversion.width());
        root.put("norm", form.norm.name().toLowerCase(Locale.ROOT));
        ObjectNode activation = root.putObject("activation").put("function", form.function);
        if (form.k > 0) {
            activation.put("k", form.k);
        }
        if (!form.thresholds.isEmpty()) {
            activation.put("thresholds", form.thresholds);
        }
        root.put("units", form.units);
        ArrayNode folded = root.putArray("folded");
        conversion.folded().forEach(folded::add);
        root.putObject("published").put("l0", card.l0()).put("median_norm", card.medianNorm());
        write(root.putObject("data"), data);
        ObjectNode places = root.putObject("tensors");
        tensors.forEach((name, stored) -> write(places.putObject(name), stored));
        root.put(SEAL, seal(root));
        return (root.toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8);
    }

    private static void write(ObjectNode node, SourceFile file) {
        node.put("path", file.path).put("bytes", file.bytes).put("sha256", file.sha256);
    }

    private static void write(ObjectNode node, Stored stored) {
        node.put("file", stored.file).put("dtype", stored.type.name());
        ArrayNode shape = node.putArray("shape");
        stored.shape.forEach(shape::add);
        node.put("offset", stored.offset);
    }

    private static String seal(ObjectNode root) {
        ObjectNode rest = root.deepCopy().without(SEAL);
        return HexFormat.of()
                .formatHex(ByteSource.newSha256().digest(rest.toString().getBytes(StandardCharsets.UTF_8)));
    }

    /** Reads and checks a document; {@code location} is where it lies, for messages. */
    public static CanonicalManifest read(String location, ByteSource source) {
        Settings root = Settings.of(source);
        if (root.requireCount("seismo_sae") != VERSION) {
            throw root.refused(
                    "it is of format " + root.root().path("seismo_sae") + ", this version reads " + VERSION,
                    "import the SAE again with this version, or use the newer one");
        }
        if (!root.text(SEAL, "").equals(seal((ObjectNode) root.root()))) {
            throw root.refused("it was changed after the import, its seal does not fit", "import the SAE again");
        }
        Settings sources = root.under("source");
        SourceFile weights = file(sources.under("weights"));
        Optional<SourceFile> config =
                sources.root().has("config") ? Optional.of(file(sources.under("config"))) : Optional.empty();
        Manifest conversion = new Manifest(
                root.text("family", ""),
                location,
                weights.sha256,
                config.map(SourceFile::sha256).orElse(""),
                root.text("hook", ""),
                root.text("model", ""),
                root.requireCount("d_in"),
                root.requireCount("d_sae"),
                root.text("dtype", ""),
                texts(root.root().path("folded")));
        Settings published = root.under("published");
        SaeCard card = new SaeCard(
                published.root().path("median_norm").asDouble(),
                published.root().path("l0").asDouble());
        return new CanonicalManifest(
                conversion,
                root.text("revision", ""),
                form(root),
                weights,
                config,
                file(root.under("data")),
                tensors(root),
                card);
    }

    private static Form form(Settings root) {
        Settings activation = root.under("activation");
        String named = root.text("norm", "");
        for (InputNorm norm : InputNorm.values()) {
            if (norm.name().toLowerCase(Locale.ROOT).equals(named)) {
                return new Form(
                        norm,
                        activation.text("function", ""),
                        activation.count("k").orElse(0),
                        activation.text("thresholds", ""),
                        root.text("units", ""));
            }
        }
        throw root.refused("norm is \"" + named + "\"", "import the SAE again");
    }

    private static SourceFile file(Settings node) {
        return new SourceFile(node.text("path", ""), node.root().path("bytes").asLong(-1), node.text("sha256", ""));
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(text -> texts.add(text.asText()));
        return texts;
    }

    private static SortedMap<String, Stored> tensors(Settings root) {
        SortedMap<String, Stored> tensors = new TreeMap<>();
        for (Map.Entry<String, JsonNode> entry : root.root().path("tensors").properties()) {
            JsonNode node = entry.getValue();
            TensorType type = TensorType.named(node.path("dtype").asText());
            if (type == null) {
                throw root.refused("tensor " + entry.getKey() + " has no known dtype", "import the SAE again");
            }
            List<Long> shape = new ArrayList<>();
            node.path("shape").forEach(size -> shape.add(size.asLong(-1)));
            tensors.put(
                    entry.getKey(),
                    new Stored(
                            node.path("file").asText(),
                            type,
                            shape,
                            node.path("offset").asLong(-1)));
        }
        return tensors;
    }
}
