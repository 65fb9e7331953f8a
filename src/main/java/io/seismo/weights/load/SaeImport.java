package io.seismo.weights.load;

import io.seismo.weights.Activation;
import io.seismo.weights.ByteSource;
import io.seismo.weights.EncoderWeights;
import io.seismo.weights.Manifest;
import io.seismo.weights.Matrix;
import io.seismo.weights.MatrixSource;
import io.seismo.weights.Tensor;
import io.seismo.weights.WeightsException;
import io.seismo.weights.canonical.CanonicalFamily;
import io.seismo.weights.canonical.CanonicalManifest;
import io.seismo.weights.canonical.DataWriter;
import io.seismo.weights.family.Conversion;
import io.seismo.weights.family.DecoderSource;
import io.seismo.weights.family.Origin;
import io.seismo.weights.family.SaeCard;
import io.seismo.weights.family.WeightFamily;
import io.seismo.weights.file.WeightFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongConsumer;
import java.util.stream.Stream;

/**
 * Brings an SAE of any family to one directory in canonical form, to be mapped from there.
 *
 * <p>W is left in the user's file where that holds it as contiguous fp32 [d_in, d_sae] and nothing was folded into it;
 * otherwise it is written to {@code weights.bin}, in pieces, so that memory does not grow with it. All work happens in a
 * hidden directory beside the place, which is renamed in the end: an import that is stopped leaves no directory of that
 * name. Steps: {@link #begin}, {@link #write}, what others add to {@link #directory}, {@link #finish}. One thread.
 */
public final class SaeImport implements AutoCloseable {

    private final Path place;
    private final WeightFolder folder;
    private final WeightFamily family;
    private final Options options;
    private final Conversion conversion;
    private final Optional<DecoderSource> decoder;
    private final Path directory;
    private SortedMap<String, CanonicalManifest.Stored> tensors = new TreeMap<>();

    /**
     * What is asked for.
     *
     * @param format name of the family; empty to find out
     * @param copy whether to copy W even where it could be read in place
     * @param decoder whether to keep the decoder, which {@code sae check} needs for FVU
     */
    public record Options(String format, boolean copy, boolean decoder) {}

    private SaeImport(Path place, WeightFolder folder, WeightFamily family, Options options, Conversion conversion)
            throws IOException {
        this.place = place;
        this.folder = folder;
        this.family = family;
        this.options = options;
        this.conversion = conversion;
        this.decoder = options.decoder ? family.decoder(folder) : Optional.empty();
        requireRoom();
        this.directory = draft(place);
    }

    /**
     * Reads and folds everything but what has to be written.
     *
     * @param location as {@link WeightLoader#load} takes it
     * @param place directory to make; must not exist, or be empty
     * @throws WeightsException when the SAE is refused, or the place is taken or too small
     */
    public static SaeImport begin(String location, Path place, Options options) throws IOException {
        Path absolute = place.toAbsolutePath().normalize();
        if (WeightFolder.at(absolute.toString()).isFile()) {
            throw new WeightsException(place + " is named like a file of weights", "give a directory another name");
        }
        requireFree(absolute);
        WeightFolder folder = WeightFolder.at(location);
        WeightFamily family = WeightLoader.family(folder, options.format);
        if (family instanceof CanonicalFamily) {
            throw new WeightsException(location + " is imported already", "use it as it is, or import its source");
        }
        return new SaeImport(absolute, folder, family, options, family.convert(folder));
    }

    private static void requireFree(Path place) throws IOException {
        if (Files.exists(place)) {
            boolean empty = false;
            if (Files.isDirectory(place)) {
                try (Stream<Path> inside = Files.list(place)) {
                    empty = inside.findAny().isEmpty();
                }
            }
            if (!empty) {
                throw new WeightsException(place + " exists", "give a new directory, or remove it first");
            }
        }
        Files.createDirectories(place.getParent() == null ? place : place.getParent());
    }

    private static Path draft(Path place) throws IOException {
        String name =
                "." + place.getFileName() + "-import-" + ProcessHandle.current().pid();
        for (int i = 0; ; i++) {
            Path directory = place.resolveSibling(i == 0 ? name : name + "-" + i);
            if (!Files.exists(directory)) {
                return Files.createDirectory(directory);
            }
        }
    }

    private void requireRoom() throws IOException {
        long free = Files.getFileStore(place.getParent()).getUsableSpace();
        if (free < bytesToWrite()) {
            throw new WeightsException(
                    String.format(
                            Locale.ROOT,
                            "%s has room for %,d bytes, but W and the decoder need %,d",
                            place.getParent(),
                            free,
                            bytesToWrite()),
                    "make room, or leave the decoder out");
        }
    }

    /** Whether W stays in the user's file. */
    public boolean inPlace() {
        return !options.copy
                && conversion.matrix().inPlace()
                && conversion
                        .matrix()
                        .tensor()
                        .source()
                        .equals(conversion.origin().file().source())
                && conversion.origin().file().source() instanceof ByteSource.Mapped;
    }

    private boolean inPlace(DecoderSource source) {
        return inPlace()
                && source.rows().inPlace()
                && source.rows()
                        .tensor()
                        .source()
                        .equals(conversion.origin().file().source());
    }

    /** Bytes of the matrices that will be written. */
    public long bytesToWrite() {
        long rows = decoder.map(source -> inPlace(source) ? 0 : source.rows().bytes())
                .orElse(0L);
        return (inPlace() ? 0 : conversion.matrix().bytes()) + rows;
    }

    /** Where further files may be put until {@link #finish}. */
    public Path directory() {
        return directory;
    }

    /**
     * Writes {@code weights.bin}.
     *
     * @param written told how many more bytes of matrices have been written
     * @return what lies there now, mapped
     */
    public EncoderWeights write(LongConsumer written) throws IOException {
        Path file = directory.resolve(CanonicalManifest.DATA);
        try (DataWriter data = new DataWriter(file, written)) {
            tensors(data);
            tensors = data.tensors();
            data.finish();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        MatrixSource original = conversion.matrix();
        Matrix matrix = inPlace()
                ? original.load()
                : Matrix.mapped(ByteSource.file(file), offset("W"), original.rows(), original.columns());
        return new EncoderWeights(
                conversion.manifest(), matrix, conversion.bias(), conversion.activation(), conversion.norm());
    }

    private long offset(String name) {
        return Objects.requireNonNull(tensors.get(name)).offset();
    }

    private void tensors(DataWriter data) {
        if (inPlace()) {
            data.tensors().put("W", inSource(conversion.matrix()));
        } else {
            data.matrix("W", conversion.matrix());
        }
        decoder.ifPresent(source -> {
            if (inPlace(source)) {
                data.tensors().put("D", inSource(source.rows()));
            } else {
                data.matrix("D", source.rows());
            }
            data.doubles("D_scale", source.scale());
            data.doubles("D_bias", source.bias());
        });
        data.floats("c", conversion.bias());
        if (conversion.activation() instanceof Activation.JumpRelu jump) {
            data.floats("theta", jump.theta());
        }
        family.rates(folder).ifPresent(rates -> data.doubles("rates", rates));
    }

    private static CanonicalManifest.Stored inSource(MatrixSource matrix) {
        Tensor tensor = matrix.tensor();
        return new CanonicalManifest.Stored(CanonicalManifest.SOURCE, tensor.type(), tensor.shape(), tensor.offset());
    }

    private CanonicalManifest manifest() throws IOException {
        ByteSource data = ByteSource.file(directory.resolve(CanonicalManifest.DATA));
        Manifest manifest = conversion.manifest();
        Origin origin = conversion.origin();
        Activation activation = conversion.activation();
        int k = 0;
        if (activation instanceof Activation.TopK top) {
            k = top.k();
        } else if (activation instanceof Activation.GroupMax max) {
            k = max.groups();
        }
        String function = activation.words().replaceFirst(",.*", "");
        return new CanonicalManifest(
                manifest,
                origin.revision(),
                new CanonicalManifest.Form(
                        conversion.norm(), function, k, conversion.thresholds(), "as the SAE's own encode gives them"),
                described(origin.file().source(), manifest.sourceSha256()),
                origin.config().isPresent()
                        ? Optional.of(described(origin.config().get(), manifest.configSha256()))
                        : Optional.empty(),
                new CanonicalManifest.SourceFile(CanonicalManifest.DATA, data.size(), data.sha256()),
                tensors,
                SaeCard.read(folder, manifest.width()));
    }

    private static CanonicalManifest.SourceFile described(ByteSource file, String sha256) throws IOException {
        String path = file instanceof ByteSource.Mapped mapped
                ? mapped.path().toRealPath().toString()
                : file.name();
        return new CanonicalManifest.SourceFile(path, file.size(), sha256);
    }

    /** Writes the manifest, without which nothing takes the directory for an SAE, and puts it in its place. */
    public void finish() throws IOException {
        Path file = directory.resolve(CanonicalManifest.FILE);
        Files.write(file, manifest().toBytes());
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
        try {
            Files.move(directory, place, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            throw new IOException(place + " cannot be put in place in one step", e);
        }
    }

    /** Removes what was not finished. */
    @Override
    public void close() throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(directory);
    }
}
