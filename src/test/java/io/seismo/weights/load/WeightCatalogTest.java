package io.seismo.weights.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;

import io.seismo.spec.EncoderCatalog.UnknownEncoderException;
import io.seismo.spec.EncoderFacts;
import io.seismo.weights.TensorType;
import io.seismo.weights.WeightsException;
import io.seismo.weights.family.RandomSae;
import io.seismo.weights.file.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WeightCatalogTest {

    private final WeightCatalog catalog = new WeightCatalog();

    @TempDir
    Path directory;

    @Test
    void shouldGiveShapeAndProvenanceWhenAnSaeHasNoCard() throws Exception {
        Path sae = new RandomSae("jumprelu", TensorType.F32, 8, 20, 1).write(directory);

        assertThat(catalog.facts(sae.toString()))
                .isEqualTo(
                        EncoderFacts.sae(8, 20).at("blocks.3.hook_resid_post").of("m", ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"median_norm\": 5.5}", "{\"training\": {\"median_norm\": 5.5}}"})
    void shouldAddMeasuredFiguresWhenTheyLieBeside(String card) throws Exception {
        Path sae = new RandomSae("jumprelu", TensorType.F32, 8, 4, 1).write(directory);
        Files.writeString(sae.resolve("card.json"), card);
        new SafetensorsWriter()
                .add("sparsity", TensorType.F32, new float[] {-1, -2, -10, 0}, 4)
                .write(sae.resolve("sparsity.safetensors"));

        EncoderFacts facts = catalog.facts(sae.toString());

        assertThat(facts.sinkNorm()).isEqualTo(55);
        assertThat(facts.l0()).isCloseTo(1.11, within(1e-6));
    }

    @Test
    void shouldKnowAProbeWhenGivenItsFile() throws Exception {
        Path probe = new SafetensorsWriter()
                .add("weight", TensorType.F32, new float[7], 7)
                .write(directory.resolve("p.safetensors"));

        assertThat(catalog.facts(probe.toString())).isEqualTo(EncoderFacts.probe(7));
    }

    @Test
    void shouldNameProblemAndRemedyWhenThereIsNothing() {
        UnknownEncoderException refused =
                catchThrowableOfType(UnknownEncoderException.class, () -> catalog.facts(directory + "/none"));

        assertThat(refused).hasMessageContaining("no encoder at").hasCauseInstanceOf(WeightsException.class);
        assertThat(refused.remedy()).contains("cfg.json");
    }

    @Test
    void shouldRefuseWhenWeightsOrCardContradictTheConfiguration() throws IOException {
        Path sae = new RandomSae("standard", TensorType.F32, 8, 20, 1).write(directory);
        Files.writeString(sae.resolve("card.json"), "{\"median_norm\": -1}");
        assertThatThrownBy(() -> catalog.facts(sae.toString())).hasMessageContaining("median_norm is -1");
        Files.delete(sae.resolve("card.json"));
        String config = Files.readString(sae.resolve("cfg.json"));
        Files.writeString(sae.resolve("cfg.json"), config.replace("\"d_sae\": 20", "\"d_sae\": 21"));
        assertThatThrownBy(() -> catalog.facts(sae.toString())).hasMessageContaining("should have shape [8, 21]");
    }
}
