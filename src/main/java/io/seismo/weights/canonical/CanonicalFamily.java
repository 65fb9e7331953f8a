package io.seismo.weights.canonical;

import io.seismo.spec.EncoderFacts;
import io.seismo.weights.Activation;
import io.seismo.weights.ByteSource;
import io.seismo.weights.EncoderWeights;
import io.seismo.weights.Footprint;
import io.seismo.weights.Manifest;
import io.seismo.weights.Matrix;
import io.seismo.weights.MatrixSource;
import io.seismo.weights.Tensor;
import io.seismo.weights.WeightsException;
import io.seismo.weights.family.DecoderSource;
import io.seismo.weights.family.WeightFamily;
import io.seismo.weights.file.WeightFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What {@code seismo sae import} wrote: {@code seismo-sae.json}, {@code weights.bin}, perhaps the user's own file beside it.
 *
 * <p>Nothing is converted: matrices are mapped where they lie, vectors are read. Every file that is read is held against
 * the digest that the manifest states, each time it is loaded. The digest of the whole is that of the SAE it came from: the
 * same weights, read the same way.
 */
public final class CanonicalFamily implements WeightFamily {

    private static final String REMEDY = "import the SAE again";

    @Override
    public String format() {
        return "seismo";
    }

    @Override
    public boolean recognises(WeightFolder folder) {
        return !folder.isFile() && folder.find(CanonicalManifest.FILE).isPresent();
    }

    @Override
    public EncoderWeights load(WeightFolder folder) {
        Opened opened = Opened.of(folder);
        CanonicalManifest manifest = opened.manifest;
        opened.verify();
        int width = manifest.conversion().width();
        float[] bias = opened.floats("c", width);
        CanonicalManifest.Form form = manifest.form();
        Activation activation = switch (form.function()) {
            case "relu" -> new Activation.Relu();
            case "jumprelu" -> new Activation.JumpRelu(opened.floats("theta", width));
            case "topk" -> new Activation.TopK(form.k());
            case "groupmax" -> new Activation.GroupMax(form.k());
            default -> throw opened.refused("activation " + form.function() + " is not known");
        };
        Matrix matrix = opened.matrix("W", manifest.conversion().dIn(), width).load();
        return new EncoderWeights(manifest.conversion(), matrix, bias, activation, form.norm());
    }

    @Override
    public EncoderFacts facts(WeightFolder folder) {
        CanonicalManifest manifest = Opened.of(folder).manifest;
        Manifest conversion = manifest.conversion();
        return EncoderFacts.sae(conversion.dIn(), conversion.width())
                .at(conversion.hook())
                .of(conversion.model(), manifest.revision())
                .measured(manifest.card().sinkNorm(), manifest.card().l0());
    }

    @Override
    public Footprint footprint(WeightFolder folder) {
        CanonicalManifest manifest = Opened.of(folder).manifest;
        CanonicalManifest.Form form = manifest.form();
        return new Footprint(
                manifest.conversion().dIn(),
                manifest.conversion().width(),
                form.function().equals("topk") || form.function().equals("groupmax"),
                form.function().equals("topk"),
                form.norm(),
                true);
    }

    @Override
    public String name(WeightFolder folder) {
        return Opened.of(folder).manifest.conversion().family();
    }

    @Override
    public Optional<DecoderSource> decoder(WeightFolder folder) {
        Opened opened = Opened.of(folder);
        Manifest conversion = opened.manifest.conversion();
        if (!opened.tensors.containsKey("D")) {
            return Optional.empty();
        }
        return Optional.of(new DecoderSource(
                opened.matrix("D", conversion.width(), conversion.dIn()),
                opened.require("D_scale").expect(conversion.width()).vector(),
                opened.require("D_bias").expect(conversion.dIn()).vector()));
    }

    @Override
    public Optional<double[]> rates(WeightFolder folder) {
        Opened opened = Opened.of(folder);
        return opened.tensors.containsKey("rates")
                ? Optional.of(opened.require("rates")
                        .expect(opened.manifest.conversion().width())
                        .vector())
                : Optional.empty();
    }

    /**
     * A manifest with the files it names, which are there and as long as they were.
     *
     * @param source the user's own file; the data file again when nothing lies there
     */
    private record Opened(
            String location,
            CanonicalManifest manifest,
            ByteSource data,
            ByteSource source,
            Map<String, Tensor> tensors) {

        static Opened of(WeightFolder folder) {
            CanonicalManifest manifest =
                    CanonicalManifest.read(folder.location(), folder.require(CanonicalManifest.FILE));
            ByteSource data = folder.require(CanonicalManifest.DATA);
            boolean external = manifest.tensors().values().stream()
                    .anyMatch(stored -> stored.file().equals(CanonicalManifest.SOURCE));
            ByteSource source = external ? own(manifest) : data;
            Opened opened = new Opened(folder.location(), manifest, data, source, new TreeMap<>());
            opened.requireLength(data, manifest.data().bytes());
            if (external) {
                opened.requireLength(source, manifest.weights().bytes());
            }
            manifest.tensors().forEach((name, stored) -> opened.tensors.put(name, opened.tensor(name, stored)));
            return opened;
        }

        private static ByteSource own(CanonicalManifest manifest) {
            Path path = Path.of(manifest.weights().path());
            if (!Files.isRegularFile(path)) {
                throw new WeightsException(
                        "no file " + path + ", which the import reads in place",
                        "put it back, or import it again, with --copy to be independent of it");
            }
            return ByteSource.file(path);
        }

        private void requireLength(ByteSource file, long expected) {
            if (file.size() != expected) {
                throw changed(file, file.size() + " bytes long, not " + expected);
            }
        }

        /** Holds every file that is read against its digest. */
        void verify() {
            requireDigest(data, manifest.data().sha256());
            if (source != data) {
                requireDigest(source, manifest.weights().sha256());
            }
        }

        private void requireDigest(ByteSource file, String expected) {
            String found = file.sha256();
            if (!found.equals(expected)) {
                throw changed(file, "of SHA-256 " + found + ", not " + expected);
            }
        }

        private WeightsException changed(ByteSource file, String how) {
            return new WeightsException(
                    file.name() + " is not the file that was imported to " + location + ": it is " + how, REMEDY);
        }

        private Tensor tensor(String name, CanonicalManifest.Stored stored) {
            ByteSource file = stored.file().equals(CanonicalManifest.SOURCE) ? source : data;
            Tensor tensor = new Tensor(name, stored.type(), stored.shape(), file, stored.offset());
            boolean natural =
                    stored.offset() >= 0 && stored.shape().stream().allMatch(size -> size > 0 && size <= 1 << 24);
            if (!natural
                    || stored.offset() > file.size()
                    || tensor.elements()
                            > (file.size() - stored.offset()) / stored.type().bytes()) {
                throw refused(tensor + " at " + stored.offset() + " reaches outside its file");
            }
            return tensor;
        }

        Tensor require(String name) {
            Tensor tensor = tensors.get(name);
            if (tensor == null) {
                throw refused("it names no tensor " + name);
            }
            return tensor;
        }

        MatrixSource matrix(String name, int rows, int columns) {
            MatrixSource matrix = MatrixSource.of(require(name).expect(rows, columns));
            if (!matrix.inPlace()) {
                throw refused(name + " is not fp32 at a multiple of 4");
            }
            return matrix;
        }

        float[] floats(String name, int count) {
            double[] wide = require(name).expect(count).vector();
            float[] values = new float[count];
            for (int i = 0; i < count; i++) {
                values[i] = (float) wide[i];
            }
            return values;
        }

        WeightsException refused(String reason) {
            return new WeightsException(location + "/" + CanonicalManifest.FILE + ": " + reason, REMEDY);
        }
    }
}
