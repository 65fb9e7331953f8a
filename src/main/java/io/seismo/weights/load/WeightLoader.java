package io.seismo.weights.load;

import io.seismo.spec.EncoderFacts;
import io.seismo.spec.ProbeScore;
import io.seismo.weights.Decoder;
import io.seismo.weights.EncoderWeights;
import io.seismo.weights.Footprint;
import io.seismo.weights.WeightsException;
import io.seismo.weights.canonical.CanonicalFamily;
import io.seismo.weights.family.DecoderSource;
import io.seismo.weights.family.Families;
import io.seismo.weights.family.LinearProbeFamily;
import io.seismo.weights.family.SaeLensFamily;
import io.seismo.weights.family.WeightFamily;
import io.seismo.weights.file.Tensors;
import io.seismo.weights.file.WeightFolder;
import io.seismo.weights.probe.Probe;
import io.seismo.weights.probe.ProbeFile;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Loads an SAE or a probe from a location, whatever its family. */
public final class WeightLoader {

    /** In the order they are asked: what was imported says so itself. */
    private static final List<WeightFamily> FAMILIES = Stream.concat(
                    Stream.of(new CanonicalFamily()), Families.published().stream())
            .toList();

    private WeightLoader() {}

    /**
     * Loads weights.
     *
     * @param location a directory, imported or as published, a {@code .safetensors}, {@code .npz} or {@code .pt} file,
     *     or {@code demo/…} for those in the jar
     * @throws WeightsException when there is nothing, nothing known, or nothing sound
     */
    public static EncoderWeights load(String location) {
        WeightFolder folder = WeightFolder.at(location);
        return family(folder).load(folder);
    }

    /**
     * Loads a probe of any form.
     *
     * @param location a {@code .safetensors}, {@code .npz}, {@code .pt} or {@code .onnx} file, or {@code demo/…}
     * @param score what a linear probe is to give
     * @throws WeightsException when there is nothing, nothing known, or nothing sound
     */
    public static Probe probe(String location, ProbeScore score) {
        WeightFolder folder = WeightFolder.at(location);
        if (!(family(folder) instanceof LinearProbeFamily)) {
            throw new WeightsException(location + " is an SAE, not a probe", "write sae: " + location);
        }
        return ProbeFile.load(folder, score);
    }

    /** Whether a probe rather than an SAE claims the location; what is claimed may still turn out unsound. */
    public static boolean isProbe(String location) {
        return family(WeightFolder.at(location)) instanceof LinearProbeFamily;
    }

    /** Facts of the encoder at a location, without loading its matrix. */
    public static EncoderFacts facts(String location) {
        WeightFolder folder = WeightFolder.at(location);
        return family(folder).facts(folder);
    }

    /** What decides the memory and work of the encoder at a location, without bringing its matrix over. */
    public static Footprint footprint(String location) {
        WeightFolder folder = WeightFolder.at(location);
        return family(folder).footprint(folder);
    }

    /** Whether some family claims the location, by names alone; what is claimed may still turn out unsound. */
    public static boolean recognises(String location) {
        WeightFolder folder = WeightFolder.at(location);
        return FAMILIES.stream().anyMatch(family -> family.recognises(folder));
    }

    /** Whether the location is a sound file of tensors that is neither an SAE nor a probe; reads its header. */
    public static boolean foreign(String location) {
        WeightFolder folder = WeightFolder.at(location);
        if (!folder.isFile() || !(family(folder) instanceof LinearProbeFamily)) {
            return false;
        }
        try {
            return !ProbeFile.claims(Tensors.open(folder.self()));
        } catch (WeightsException e) {
            return false;
        }
    }

    /** Family and architecture of the weights at a location. */
    public static String name(String location) {
        WeightFolder folder = WeightFolder.at(location);
        return family(folder).name(folder);
    }

    /** The way back from features to the input, for SAEs that have one. */
    public static Optional<Decoder> decoder(String location) {
        WeightFolder folder = WeightFolder.at(location);
        return family(folder).decoder(folder).map(DecoderSource::load);
    }

    /** Whether {@link #decoder} gives one, without bringing its matrix over. */
    public static boolean decodes(String location) {
        WeightFolder folder = WeightFolder.at(location);
        return family(folder).decoder(folder).isPresent();
    }

    /** Whether {@link #decoder} maps its matrix from where it lies, instead of making it in memory. */
    public static boolean mapsDecoder(String location) {
        WeightFolder folder = WeightFolder.at(location);
        return family(folder)
                .decoder(folder)
                .map(source -> source.rows().inPlace())
                .orElse(false);
    }

    /** Share of tokens on which each feature fired in training, where the files tell. */
    public static Optional<double[]> rates(String location) {
        WeightFolder folder = WeightFolder.at(location);
        return family(folder).rates(folder);
    }

    /** Names of families, as {@code --format} takes them. */
    public static List<String> formats() {
        return FAMILIES.stream().map(WeightFamily::format).sorted().toList();
    }

    /** The family of that name, or the first that claims the location when it is empty. */
    static WeightFamily family(WeightFolder folder, String format) {
        if (format.isEmpty()) {
            return family(folder);
        }
        return FAMILIES.stream()
                .filter(family -> family.format().equals(format))
                .findFirst()
                .orElseThrow(() -> new WeightsException("no format " + format, "use one of " + formats()));
    }

    private static WeightFamily family(WeightFolder folder) {
        for (WeightFamily family : FAMILIES) {
            if (family.recognises(folder)) {
                return family;
            }
        }
        throw new WeightsException(
                "no encoder at " + folder.location() + (folder.exists() ? "" : ": there is no such file or directory"),
                "give a SAELens directory (cfg.json and " + SaeLensFamily.WEIGHTS
                        + "), one of another family (see sae-families.md), or a probe (one .safetensors file with"
                        + " weight and bias)");
    }
}
