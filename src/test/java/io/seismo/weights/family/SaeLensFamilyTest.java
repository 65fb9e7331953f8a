package io.seismo.weights.family;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.seismo.weights.Activation;
import io.seismo.weights.ByteSource;
import io.seismo.weights.EncoderWeights;
import io.seismo.weights.InputNorm;
import io.seismo.weights.TensorType;
import io.seismo.weights.WeightsException;
import io.seismo.weights.file.SafetensorsWriter;
import io.seismo.weights.load.WeightLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SaeLensFamilyTest {

    private static final float[] W_ENC = {1, 2, 3, 4, 5, 6};
    private static final float[] W_DEC = {3, 4, 0, 1, 0, 2};

    @TempDir
    Path directory;

    private EncoderWeights load(String config) throws IOException {
        Files.writeString(directory.resolve("cfg.json"), config.replace('\'', '"'));
        weights().write(directory.resolve("sae_weights.safetensors"));
        return WeightLoader.load(directory.toString());
    }

    /** d_in 2, d_sae 3. */
    private static SafetensorsWriter weights() {
        return new SafetensorsWriter()
                .add("W_enc", TensorType.F32, W_ENC, 2, 3)
                .add("b_enc", TensorType.F32, new float[] {10, 20, 30}, 3)
                .add("W_dec", TensorType.F32, W_DEC, 3, 2)
                .add("b_dec", TensorType.F32, new float[] {1, -1}, 2)
                .add("threshold", TensorType.F32, new float[] {0.5f, -1, 2}, 3);
    }

    private static String v6(String more) {
        return "{'d_in': 2, 'd_sae': 3" + (more.isEmpty() ? "" : ", ") + more
                + ", 'metadata': {'sae_lens_version': '6.5.0', 'model_name': 'gpt2', 'hook_name': 'blocks.8.hook_resid_pre'}}";
    }

    @Test
    void shouldFoldTheDecoderBiasWhenItIsTakenFromTheInput() throws IOException {
        EncoderWeights sae = load(v6("'architecture': 'standard'"));

        assertThat(sae.bias()).containsExactly(13, 23, 33);
        assertThat(sae.activation()).isEqualTo(new Activation.Relu());
        assertThat(sae.manifest().family()).isEqualTo("saelens/standard");
        assertThat(sae.manifest().model()).isEqualTo("gpt2");
        assertThat(sae.manifest().hook()).isEqualTo("blocks.8.hook_resid_pre");
        assertThat(sae.manifest().folded()).containsExactly("b_dec @ W_enc into the bias");
        assertThat(sae.manifest().sourceSha256())
                .isEqualTo(ByteSource.file(directory.resolve("sae_weights.safetensors"))
                        .sha256());
    }

    @Test
    void shouldKeepTheBiasWhenTheDecoderBiasIsNotTaken() throws IOException {
        EncoderWeights sae = load(v6("'architecture': 'jumprelu', 'apply_b_dec_to_input': false"));

        assertThat(sae.bias()).containsExactly(10, 20, 30);
        assertThat(((Activation.JumpRelu) sae.activation()).theta()).containsExactly(0.5f, -1, 2);
        assertThat(sae.manifest().folded()).isEmpty();
    }

    @Test
    void shouldFoldDecoderNormsWhenTopKRescalesByThem() throws IOException {
        EncoderWeights sae = load(v6("'architecture': 'topk', 'k': 2, 'rescale_acts_by_decoder_norm': true"));

        assertThat(sae.matrix().get(0, 0)).isEqualTo(5);
        assertThat(sae.matrix().get(1, 1)).isEqualTo(5);
        assertThat(sae.matrix().get(1, 2)).isEqualTo(12);
        assertThat(sae.bias()).containsExactly(65, 23, 66);
        assertThat(sae.activation()).isEqualTo(new Activation.TopK(2));
    }

    @Test
    void shouldFoldTheInputFactorWhenACheckpointStatesIt() throws IOException {
        Files.writeString(directory.resolve("activation_scaler.json"), "{\"scaling_factor\": 2.5}");
        EncoderWeights sae = load(v6("'normalize_activations': 'expected_average_only_in'"));

        assertThat(sae.matrix().get(1, 2)).isEqualTo(15);
        assertThat(sae.bias()).containsExactly(13, 23, 33);
        assertThat(sae.norm()).isEqualTo(InputNorm.NONE);
    }

    @Test
    void shouldReadFlatConfigurationsWhenOlderThanVersionSix() throws IOException {
        EncoderWeights sae = load("""
                {'d_in': 2, 'd_sae': 3, 'hook_point': 'blocks.1.hook_resid_post', 'model_name': 'gpt2-small',
                 'activation_fn_str': 'topk', 'activation_fn_kwargs': {'k': 3}, 'normalize_activations': false,
                 'hook_point_head_index': null, 'dtype': 'torch.float32'}
                """);

        assertThat(sae.activation()).isEqualTo(new Activation.TopK(3));
        assertThat(sae.manifest().hook()).isEqualTo("blocks.1.hook_resid_post");
        assertThat(sae.bias()).containsExactly(13, 23, 33);
    }

    @ParameterizedTest
    @CsvSource({"layer_norm,LAYER_NORM", "constant_norm_rescale,CONSTANT_NORM", "none,NONE"})
    void shouldKeepTheNormForTheRowsWhenTheConfigurationNamesOne(String named, InputNorm norm) throws IOException {
        assertThat(load(v6("'normalize_activations': '" + named + "'")).norm()).isEqualTo(norm);
    }

    @Test
    void shouldCentreRowsWhenTrainedOnCentredStreams() throws IOException {
        String centred = "'model_from_pretrained_kwargs': {'center_writing_weights': true}";
        assertThat(load(v6(centred)).norm()).isEqualTo(InputNorm.CENTRE);
        assertThat(load(v6(centred + ", 'normalize_activations': 'layer_norm'")).norm())
                .isEqualTo(InputNorm.LAYER_NORM);
        assertThatThrownBy(() -> load(v6(centred).replace("hook_resid_pre", "attn.hook_z")))
                .hasMessageContaining("center_writing_weights");
    }

    @ParameterizedTest
    @EnumSource(
            value = TensorType.class,
            names = {"I64", "I32"},
            mode = EnumSource.Mode.EXCLUDE)
    void shouldGiveTheSameMatrixWhateverTheTypeOfTheFile(TensorType type) throws IOException {
        Files.writeString(
                directory.resolve("cfg.json"),
                v6("'apply_b_dec_to_input': false").replace('\'', '"'));
        new SafetensorsWriter()
                .add("b_enc", type, new float[] {0.5f, 1, 2}, 3)
                .add("W_enc", type, W_ENC, 2, 3)
                .write(directory.resolve("sae_weights.safetensors"));
        EncoderWeights sae = WeightLoader.load(directory.toString());

        float[] row = new float[3];
        sae.matrix().row(1, row);
        assertThat(row).containsExactly(4, 5, 6);
        assertThat(sae.bias()).containsExactly(0.5f, 1, 2);
        assertThat(sae.manifest().dtype()).isEqualTo(type.name());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "'architecture': 'gated' | holds no tensor r_mag",
                "'architecture': 'batchtopk' | holds no tensor topk_threshold",
                "'architecture': 'abstopk' | negative features",
                "'architecture': 'crosscoder' | several layers",
                "'architecture': 'unheard-of' | not supported",
                "'architecture': 'temporal' | whole sequence",
                "'architecture': 'matching_pursuit' | loop",
                "'architecture': 'topk' | topk without k",
                "'architecture': 'topk', 'k': 0 | topk without k",
                "'architecture': 'topk', 'k': 4 | exceeds d_sae",
                "'activation_fn': 'tanh-relu' | tanh-relu",
                "'normalize_activations': 'expected_average_only_in' | activation_scaler.json",
                "'normalize_activations': 'batch_norm' | batch_norm",
                "'hook_head_index': 3 | one attention head",
                "'x': 1, 'x': 2 | Duplicate",
            })
    void shouldRefuseWithTheReasonWhenASettingIsNotSupported(String setting, String reason) {
        assertThatThrownBy(() -> load(v6(setting)))
                .isInstanceOf(WeightsException.class)
                .hasMessageContaining(reason);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{'d_in': 3, 'd_sae': 3}", "{'d_in': 2, 'd_sae': 2}"})
    void shouldRefuseWhenShapesContradictTheConfiguration(String config) {
        assertThatThrownBy(() -> load(config)).hasMessageContaining("W_enc").hasMessageContaining("should have shape");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{'d_sae': 3}", "{'d_in': 0, 'd_sae': 3}", "{'d_in': 2.5, 'd_sae': 3}", "[]", "", "{"})
    void shouldRefuseWhenTheConfigurationIsUnsound(String config) {
        assertThatThrownBy(() -> load(config))
                .isInstanceOf(WeightsException.class)
                .hasMessageContaining("cfg.json");
    }

    @Test
    void shouldNameTensorAndPlaceWhenAWeightIsNotFinite() throws IOException {
        Files.writeString(directory.resolve("cfg.json"), v6("").replace('\'', '"'));
        new SafetensorsWriter()
                .add("W_enc", TensorType.F32, new float[] {1, 2, 3, 4, Float.NaN, 6}, 2, 3)
                .add("b_enc", TensorType.F32, new float[3], 3)
                .add("b_dec", TensorType.F32, new float[2], 2)
                .write(directory.resolve("sae_weights.safetensors"));

        assertThatThrownBy(() -> WeightLoader.load(directory.toString()))
                .hasMessageContaining("W_enc")
                .hasMessageContaining("NaN at [1, 1]");
    }

    @Test
    void shouldRefuseWhenFineTuningLeftAFactor() throws IOException {
        Files.writeString(directory.resolve("cfg.json"), v6("").replace('\'', '"'));
        weights()
                .add("scaling_factor", TensorType.F32, new float[] {1, 1, 1.5f}, 3)
                .write(directory.resolve("sae_weights.safetensors"));

        assertThatThrownBy(() -> WeightLoader.load(directory.toString())).hasMessageContaining("fine-tuned");
    }

    @Test
    void shouldFoldInDoublePrecisionWhenTermsCancel() throws IOException {
        Files.writeString(directory.resolve("cfg.json"), "{\"d_in\": 3, \"d_sae\": 1}");
        new SafetensorsWriter()
                .add("W_enc", TensorType.F32, new float[] {1e8f, 1, -1e8f}, 3, 1)
                .add("b_enc", TensorType.F32, new float[] {0}, 1)
                .add("b_dec", TensorType.F32, new float[] {-1, -1, -1}, 3)
                .write(directory.resolve("sae_weights.safetensors"));

        assertThat((double) WeightLoader.load(directory.toString()).bias()[0]).isCloseTo(1, within(0.0));
    }

    @Test
    void shouldSayWhatIsExpectedWhenNothingIsThere() {
        assertThatThrownBy(() -> WeightLoader.load(directory.resolve("none").toString()))
                .hasMessageContaining("no encoder at")
                .hasMessageContaining("there is no such file or directory")
                .hasMessageContaining("cfg.json");
        assertThatThrownBy(() -> WeightLoader.load(directory.toString()))
                .as("a directory that is there, of something else")
                .hasMessageContaining("no encoder at")
                .hasMessageNotContaining("no such file");
        assertThatThrownBy(() -> WeightLoader.load("demo/no-such-sae")).hasMessageContaining("no encoder at");
        assertThatThrownBy(() -> WeightLoader.load("demo/../secret")).hasMessageContaining("'..'");
        assertThatThrownBy(() -> WeightLoader.load("demo/none.safetensors")).hasMessageContaining("no such demo");
        assertThatThrownBy(() -> WeightLoader.load(" ")).hasMessageContaining("empty");
    }
}
