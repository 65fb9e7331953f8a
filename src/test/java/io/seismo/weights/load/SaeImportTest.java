package io.seismo.weights.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.seismo.weights.ByteSource;
import io.seismo.weights.EncoderWeights;
import io.seismo.weights.Matrix;
import io.seismo.weights.MatrixSource;
import io.seismo.weights.Tensor;
import io.seismo.weights.TensorType;
import io.seismo.weights.WeightsException;
import io.seismo.weights.canonical.CanonicalManifest;
import io.seismo.weights.canonical.DataWriter;
import io.seismo.weights.family.RandomSae;
import io.seismo.weights.family.SaeLensFamily;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Imported SAEs: what is copied and what is not, and that nothing that changed is taken for what was imported. */
class SaeImportTest {

    private static final SaeImport.Options PLAIN = new SaeImport.Options("", false, true);
    private static final SaeImport.Options COPY = new SaeImport.Options("", true, true);

    @TempDir
    Path directory;

    private Path source(TensorType type) throws IOException {
        return new RandomSae("jumprelu", type, 24, 80, 5).write(directory.resolve("source-" + type));
    }

    private Path brought(Path source, SaeImport.Options options) throws IOException {
        Path place = directory.resolve("saes").resolve("l" + options.hashCode());
        try (SaeImport work = SaeImport.begin(source.toString(), place, options)) {
            work.write(ignored -> {});
            work.finish();
        }
        return place;
    }

    private static void flip(Path file, long at) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer one = ByteBuffer.allocate(1);
            channel.read(one, at);
            channel.write(ByteBuffer.wrap(new byte[] {(byte) (one.get(0) ^ 1)}), at);
        }
    }

    @Test
    void shouldReadInPlaceWhenTheFileHoldsWAsItIsNeeded() throws IOException {
        Path source = source(TensorType.F32);
        Path place = brought(source, PLAIN);
        Path weights = source.resolve(SaeLensFamily.WEIGHTS);

        EncoderWeights imported = WeightLoader.load(place.toString());

        assertThat(imported.matrix().place()).map(Matrix.Place::file).contains(weights.toRealPath());
        assertThat(Files.size(place.resolve(CanonicalManifest.DATA))).isLessThan(24L * 80 * 4);
        assertThat(imported.manifest().digest())
                .isEqualTo(WeightLoader.load(source.toString()).manifest().digest());
        Path copy = brought(source, COPY);
        Files.delete(weights);
        assertThat(WeightLoader.load(copy.toString()).matrix().get(23, 79))
                .isEqualTo(imported.matrix().get(23, 79));
        assertThatThrownBy(() -> WeightLoader.load(place.toString()))
                .isInstanceOf(WeightsException.class)
                .hasMessageContaining("reads in place");
    }

    @ParameterizedTest
    @CsvSource({"BF16", "F16", "F64"})
    void shouldWriteFp32WhenTheFileHoldsAnotherType(TensorType type) throws IOException {
        Path source = source(type);
        Path place = brought(source, PLAIN);
        Files.delete(source.resolve(SaeLensFamily.WEIGHTS));

        EncoderWeights imported = WeightLoader.load(place.toString());

        assertThat(imported.matrix().place()).map(Matrix.Place::file).contains(place.resolve(CanonicalManifest.DATA));
        assertThat(imported.manifest().dtype()).isEqualTo(type.name());
        assertThat(WeightLoader.facts(place.toString()).hook()).isEqualTo("blocks.3.hook_resid_post");
    }

    @Test
    void shouldRefuseWhenTheSourceOrTheDataHasChanged() throws IOException {
        Path source = source(TensorType.F32);
        Path weights = source.resolve(SaeLensFamily.WEIGHTS);
        Path inPlace = brought(source, PLAIN);
        Path copied = brought(source, COPY);
        WeightLoader.load(inPlace.toString());

        flip(weights, Files.size(weights) - 1);

        assertThatThrownBy(() -> WeightLoader.load(inPlace.toString()))
                .isInstanceOf(WeightsException.class)
                .hasMessageContaining("is not the file that was imported")
                .hasMessageContaining("import the SAE again");
        WeightLoader.load(copied.toString());
        flip(copied.resolve(CanonicalManifest.DATA), 100);
        assertThatThrownBy(() -> WeightLoader.load(copied.toString())).hasMessageContaining("SHA-256");
        Files.write(copied.resolve(CanonicalManifest.DATA), new byte[9]);
        assertThatThrownBy(() -> WeightLoader.facts(copied.toString())).hasMessageContaining("9 bytes long");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "jumprelu | relu | its seal does not fit",
                "\"offset\" : 0 | \"offset\" : 4 | its seal does not fit",
                "\"seismo_sae\" : 1 | \"seismo_sae\" : 2 | it is of format 2",
                "\"d_in\" : 24 | \"d_in\" : 24, \"d_in\" : 24 | not sound JSON",
            })
    void shouldRefuseWhenTheManifestWasChanged(String from, String to, String reason) throws IOException {
        Path place = brought(source(TensorType.BF16), PLAIN);
        Path manifest = place.resolve(CanonicalManifest.FILE);
        String text = Files.readString(manifest);
        assertThat(text).contains(from);

        Files.writeString(manifest, text.replaceFirst(from, to));

        assertThatThrownBy(() -> WeightLoader.load(place.toString()))
                .isInstanceOf(WeightsException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void shouldRefuseWhenASealedManifestPointsOutsideItsFile() throws IOException {
        Path place = brought(source(TensorType.BF16), PLAIN);
        ByteSource file = ByteSource.file(place.resolve(CanonicalManifest.FILE));
        CanonicalManifest sound = CanonicalManifest.read("here", file);
        for (long offset : new long[] {-4, 1L << 40, Long.MAX_VALUE, 3}) {
            CanonicalManifest.Stored w = sound.tensors().get("W");
            sound.tensors().put("W", new CanonicalManifest.Stored(w.file(), w.type(), w.shape(), offset));
            Files.write(place.resolve(CanonicalManifest.FILE), sound.toBytes());

            assertThatThrownBy(() -> WeightLoader.load(place.toString())).isInstanceOf(WeightsException.class);
        }
    }

    @Test
    void shouldLeaveNothingThatLooksWholeWhenStopped() throws IOException {
        Path place = directory.resolve("stopped");
        Path source = source(TensorType.BF16);
        Path left;
        try (SaeImport work = SaeImport.begin(source.toString(), place, PLAIN)) {
            work.write(ignored -> {});
            left = work.directory();
            assertThat(Files.exists(left.resolve(CanonicalManifest.DATA))).isTrue();
            assertThat(WeightLoader.recognises(left.toString())).isFalse();
            assertThat(Files.exists(place)).isFalse();
        }
        assertThat(Files.exists(left)).isFalse();
        try (Stream<Path> names = Files.list(directory)) {
            assertThat(names).containsExactly(source);
        }
    }

    @Test
    void shouldRefuseWhenThePlaceIsTakenOrItIsImportedAlready() throws IOException {
        Path source = source(TensorType.BF16);
        Path place = brought(source, PLAIN);

        assertThatThrownBy(() -> brought(source, PLAIN)).hasMessageContaining("exists");
        assertThatThrownBy(() -> brought(place, COPY)).hasMessageContaining("imported already");
        assertThatThrownBy(() -> brought(Path.of("demo/phishing.safetensors"), COPY))
                .hasMessageContaining("read as it is");
        assertThatThrownBy(() -> SaeImport.begin(source.toString(), directory.resolve("a.pt"), PLAIN))
                .hasMessageContaining("named like a file");
        assertThatThrownBy(() -> brought(source, new SaeImport.Options("qwen", false, true)))
                .hasMessageContaining("no format qwen")
                .hasMessageContaining("qwen-scope");
        assertThatThrownBy(() -> brought(source, new SaeImport.Options("sparsify", false, true)))
                .hasMessageContaining("holds no sae.safetensors");
    }

    @Test
    void shouldFitTheSchemaWhenWritten() throws IOException {
        Schema schema = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(Files.readString(Path.of("schemas/sae.schema.json")));
        for (Path place : new Path[] {
            brought(source(TensorType.F32), PLAIN),
            brought(Path.of("demo/sae"), COPY),
            brought(Path.of("src/test/resources/sae/topk"), new SaeImport.Options("saelens", true, false))
        }) {
            String text = Files.readString(place.resolve(CanonicalManifest.FILE));
            assertThat(schema.validate(text, InputFormat.JSON)).isEmpty();
            assertThat(schema.validate(text.replace("\"seal\"", "\"sael\""), InputFormat.JSON))
                    .isNotEmpty();
        }
    }

    @Test
    void shouldTurnWideMatricesInBandsWhenTransposed() throws IOException {
        int dIn = 3;
        int dSae = 11;
        ByteBuffer stored = ByteBuffer.allocate(dIn * dSae * 4).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < dIn * dSae; i++) {
            stored.putFloat(i);
        }
        Tensor tensor = new Tensor(
                "E",
                TensorType.F32,
                java.util.List.of((long) dSae, (long) dIn),
                ByteSource.memory("m", stored.array()),
                0);
        Path file = directory.resolve("turned.bin");
        try (DataWriter data = new DataWriter(file, ignored -> {})) {
            data.doubles("first", new double[] {1});
            data.matrix("W", MatrixSource.of(tensor.transposed()).times(new double[dSae]));
            data.matrix("V", MatrixSource.of(tensor.transposed()));
            Matrix turned =
                    Matrix.mapped(ByteSource.file(file), data.tensors().get("V").offset(), dIn, dSae);
            for (int r = 0; r < dIn; r++) {
                for (int c = 0; c < dSae; c++) {
                    assertThat(turned.get(r, c)).isEqualTo(c * dIn + r);
                }
            }
        }
    }
}
