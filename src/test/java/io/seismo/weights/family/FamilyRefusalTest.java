package io.seismo.weights.family;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seismo.weights.Activation;
import io.seismo.weights.EncoderWeights;
import io.seismo.weights.TensorType;
import io.seismo.weights.WeightsException;
import io.seismo.weights.file.SafetensorsWriter;
import io.seismo.weights.file.TorchWriter;
import io.seismo.weights.load.WeightLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a family cannot compute exactly is refused, with file, field and remedy; and what its files say is kept. */
class FamilyRefusalTest {

    private static final TensorType F32 = TensorType.F32;

    @TempDir
    Path directory;

    private void text(String name, String json) throws IOException {
        Files.writeString(directory.resolve(name), json.replace('\'', '"'));
    }

    /** d_in 2, d_sae 6. */
    private static SafetensorsWriter linear() {
        return new SafetensorsWriter()
                .add("encoder.weight", F32, new float[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}, 6, 2)
                .add("encoder.bias", F32, new float[6], 6)
                .add("b_dec", F32, new float[2], 2);
    }

    private EncoderWeights load() {
        return WeightLoader.load(directory.toString());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'k': 3, 'signed': true | signed keeps negative features",
                "'k': 3, 'activation': 'relu' | activation is relu",
                "'activation': 'topk' | does not state k",
                "'k': 0 | k is 0",
                "'k': 7 | exceeds d_sae 6",
                "'k': 4, 'activation': 'groupmax' | 4 equal groups",
                "'k': 3, 'num_latents': 5 | should have shape [5, 2]",
                "'k': 3, 'skip_connection': true | does not state transcode",
                "'k': 3, 'transcode': 1 | transcode is 1",
            })
    void shouldRefuseWhenSparsifySaysWhatIsNotComputed(String setting, String reason) throws IOException {
        text("cfg.json", "{'d_in': 2, 'expansion_factor': 3, " + setting + "}");
        linear().write(directory.resolve("sae.safetensors"));

        assertThatThrownBy(this::load).isInstanceOf(WeightsException.class).hasMessageContaining(reason);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'act_fn': 'topk' | act_fn is topk",
                "'norm_activation': 'token-wise' | norm_activation is token-wise",
                "'use_glu_encoder': true | use_glu_encoder",
                "'apply_decoder_bias_to_pre_encoder': true | apply_decoder_bias_to_pre_encoder",
                "'sparsity_include_decoder_norm': true | has a row of norm 2.0",
                "'dataset_average_activation_norm': {} | in is not stated",
                "'jump_relu_threshold': -1 | jump_relu_threshold is -1",
            })
    void shouldRefuseWhenLlamaScopeSaysWhatIsNotComputed(String setting, String reason) throws IOException {
        String config = "{'d_model': 2, 'd_sae': 6, " + setting;
        config += setting.contains("average") ? "" : ", 'dataset_average_activation_norm': {'in': 3}";
        config += setting.contains("jump_relu") ? "" : ", 'jump_relu_threshold': 0.5";
        text("hyperparams.json", config + "}");
        Files.createDirectories(directory.resolve("checkpoints"));
        linear().add("decoder.weight", F32, new float[] {1, 1, 2, 1, 1, 1, 0, 0, 0, 0, 0, 0}, 2, 6)
                .write(directory.resolve("checkpoints/final.safetensors"));

        assertThatThrownBy(this::load).isInstanceOf(WeightsException.class).hasMessageContaining(reason);
    }

    @Test
    void shouldRefuseWhenAGemmaScopeFileReadsOrWritesSeveralLayers() throws IOException {
        SafetensorsWriter clt = new SafetensorsWriter()
                .add("w_enc", F32, new float[12], 2, 6)
                .add("w_dec", F32, new float[36], 6, 3, 2)
                .add("b_enc", F32, new float[6], 6)
                .add("threshold", F32, new float[6], 6);
        clt.write(directory.resolve("params.safetensors"));

        assertThatThrownBy(this::load).hasMessageContaining("w_dec").hasMessageContaining("several layers");
    }

    @Test
    void shouldRefuseWhenGemmaScopeReadsTheEmbeddingOrIsOfAnotherArchitecture() throws IOException {
        Path embedding = Files.createDirectories(directory.resolve("embedding/width_4k"));
        Files.write(embedding.resolve("params.npz"), new byte[1]);
        assertThatThrownBy(() -> WeightLoader.load(embedding.toString())).hasMessageContaining("√d_in");

        text("config.json", "{'architecture': 'topk'}");
        linear().write(directory.resolve("params.safetensors"));
        assertThatThrownBy(this::load).hasMessageContaining("config.json: architecture is topk");
    }

    @Test
    void shouldTakeTheHookOfTheInputWhenATranscoderNamesTwo() throws IOException {
        text("cfg.json", """
                {'architecture': 'transcoder', 'd_in': 2, 'd_out': 3, 'd_sae': 6, 'metadata': {'hook_name': 'blocks.1.ln2',
                 'hook_name_out': 'blocks.1.hook_mlp_out', 'sae_lens_version': '6.5.0'}}
                """);
        new SafetensorsWriter()
                .add("W_enc", F32, new float[12], 2, 6)
                .add("b_enc", F32, new float[6], 6)
                .write(directory.resolve("sae_weights.safetensors"));

        assertThat(WeightLoader.facts(directory.toString()).hook()).isEqualTo("blocks.1.ln2");
        assertThat(load().manifest().hook()).isEqualTo("blocks.1.ln2");
    }

    @Test
    void shouldAskForKWhenNoFileOfQwenScopeStatesIt() throws IOException {
        Path file = new SafetensorsWriter()
                .add("W_enc", F32, new float[12], 6, 2)
                .add("W_dec", F32, new float[12], 2, 6)
                .add("b_enc", F32, new float[6], 6)
                .write(directory.resolve("layer3.sae.safetensors"));

        assertThatThrownBy(() -> WeightLoader.load(file.toString()))
                .hasMessageContaining("stands in no file")
                .hasMessageContaining("config.json beside it");
        text("config.json", "{'k': 2}");
        assertThat(WeightLoader.load(file.toString()).activation()).isEqualTo(new Activation.TopK(2));
        assertThat(WeightLoader.facts(file.toString()).width()).isEqualTo(6);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'dict_class': 'CrossCoder' | dict_class is \"CrossCoder\"",
                "'dict_class': 'AutoEncoderTopK' | does not state k",
                "'dict_class': 'BatchTopKSAE' | holds no tensor threshold",
                "'dict_class': 'JumpReluAutoEncoder' | holds no tensor W_enc",
                "'dict_class': 'AutoEncoder' | holds no tensor bias",
            })
    void shouldRefuseWhenADictionaryIsNotWhatItsConfigurationSays(String setting, String reason) throws IOException {
        text("config.json", "{'trainer': {'activation_dim': 2, 'dict_size': 6, " + setting + "}}");
        linear().write(directory.resolve("ae.safetensors"));

        assertThatThrownBy(this::load).isInstanceOf(WeightsException.class).hasMessageContaining(reason);
    }

    @Test
    void shouldSayThatAThresholdWasNeverTrainedWhenItIsNegative() throws IOException {
        text("config.json", "{'trainer': {'activation_dim': 2, 'dict_size': 6, 'dict_class': 'BatchTopKSAE'}}");
        linear().add("threshold", F32, new float[] {-1}).write(directory.resolve("ae.safetensors"));

        assertThat(load().manifest().folded()).anyMatch(note -> note.contains("as before training"));
    }

    @ParameterizedTest
    @CsvSource({"Identity, 3, postact_fn is Identity", "ReLU, 0, k is", "ReLU, 7, exceeds d_sae"})
    void shouldRefuseWhenOpenAiSaysWhatIsNotComputed(String after, int k, String reason) throws IOException {
        Path file = new TorchWriter()
                .add("pre_bias", F32, new float[2], 2)
                .add("encoder.weight", F32, new float[12], 6, 2)
                .add("latent_bias", F32, new float[6], 6)
                .value("activation", "TopK")
                .dictionary("activation_state_dict", "k", k, "postact_fn", after)
                .write(directory.resolve("8.pt"));

        assertThatThrownBy(() -> WeightLoader.load(file.toString())).hasMessageContaining(reason);
    }

    @Test
    void shouldRefuseWhenAFoldedFactorExceedsTheRange() throws IOException {
        text("cfg.json", "{'architecture': 'gated', 'd_in': 2, 'd_sae': 6, 'apply_b_dec_to_input': false}");
        new SafetensorsWriter()
                .add("W_enc", F32, new float[12], 2, 6)
                .add("r_mag", F32, new float[] {0, 0, 100, 0, 0, 0}, 6)
                .add("b_gate", F32, new float[6], 6)
                .add("b_mag", F32, new float[6], 6)
                .write(directory.resolve("sae_weights.safetensors"));

        assertThatThrownBy(this::load).hasMessageContaining("exp(r_mag) of feature 2");
    }
}
