package io.seismo.weights.family;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.seismo.weights.ByteSource;
import io.seismo.weights.Decoder;
import io.seismo.weights.Matrix;
import io.seismo.weights.file.Tensors;
import io.seismo.weights.load.WeightLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The way back from features to the input, for each family, against its file read by hand. */
class DecoderFamiliesTest {

    @TempDir
    Path directory;

    @Test
    void shouldGiveBackWhatTheFamilysDecoderSays() throws IOException {
        int decoders = 0;
        int none = 0;
        for (FamilyCase sae : OtherCases.all(directory)) {
            Optional<Decoder> found = WeightLoader.decoder(sae.location().toString());
            Tensors file = Tensors.open(ByteSource.file(file(sae.location())));
            boolean elsewhere = sae.name().contains("transcoder") || sae.name().contains("gemma-scope-2");
            Optional<String> rows = Stream.of("W_dec", "w_dec", "decoder.weight", "decoder_linear.weight")
                    .filter(name -> file.find(name).isPresent())
                    .findFirst();
            if (elsewhere || rows.isEmpty()) {
                assertThat(found).as(sae.name()).isEmpty();
                none++;
                continue;
            }
            boolean along = rows.get().equalsIgnoreCase("W_dec") && !sae.name().startsWith("qwen");
            double unit = sae.name().startsWith("llama") ? 1 / llamaScale(sae) : 1;
            compare(sae, found.orElseThrow(), Matrix.of(file.require(rows.get())), along, unit);
            decoders++;
        }
        assertThat(decoders).isGreaterThanOrEqualTo(12);
        assertThat(none).isGreaterThanOrEqualTo(2);
    }

    private static void compare(FamilyCase sae, Decoder decoder, Matrix raw, boolean along, double unit) {
        assertThat(decoder.rows().rows()).isEqualTo(sae.dSae());
        for (int j = 0; j < sae.dSae(); j += 7) {
            double norm = 0;
            for (int i = 0; i < sae.dIn(); i++) {
                norm = Math.hypot(norm, along ? raw.get(j, i) : raw.get(i, j));
            }
            double worth = sae.name().equals("dictionary_learning AutoEncoder") ? unit / norm : unit;
            for (int i = 0; i < sae.dIn(); i++) {
                double expected = (along ? raw.get(j, i) : raw.get(i, j)) * worth;
                assertThat(decoder.rows().get(j, i) * decoder.scale()[j])
                        .as("%s [%d, %d]", sae.name(), j, i)
                        .isCloseTo(expected, within(1e-9 + 1e-6 * Math.abs(expected)));
            }
        }
    }

    private static double llamaScale(FamilyCase sae) throws IOException {
        double average = new ObjectMapper()
                .readTree(sae.location().resolve("hyperparams.json").toFile())
                .at("/dataset_average_activation_norm/in")
                .asDouble();
        return Math.sqrt(sae.dIn()) / average;
    }

    private static Path file(Path location) {
        return Stream.of(
                        "params.npz",
                        "params.safetensors",
                        "checkpoints/final.safetensors",
                        "sae.safetensors",
                        "ae.pt",
                        "ae.safetensors")
                .map(location::resolve)
                .filter(Files::exists)
                .findFirst()
                .orElse(location);
    }
}
