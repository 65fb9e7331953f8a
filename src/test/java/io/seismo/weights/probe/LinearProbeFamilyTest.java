package io.seismo.weights.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seismo.weights.EncoderWeights;
import io.seismo.weights.TensorType;
import io.seismo.weights.file.SafetensorsWriter;
import io.seismo.weights.load.WeightLoader;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LinearProbeFamilyTest {

    @TempDir
    Path directory;

    @ParameterizedTest
    @EnumSource(
            value = TensorType.class,
            names = {"I64", "I32"},
            mode = EnumSource.Mode.EXCLUDE)
    void shouldLoadAProbeWhenWeightAndBiasAreThere(TensorType type) throws IOException {
        Path file = new SafetensorsWriter()
                .add("bias", type, new float[] {-0.5f}, 1)
                .add("weight", type, new float[] {1, -2, 0.25f}, 3)
                .write(directory.resolve("p.safetensors"));

        EncoderWeights probe = WeightLoader.load(file.toString());

        assertThat(probe.probe()).isTrue();
        assertThat(probe.dIn()).isEqualTo(3);
        assertThat(probe.width()).isEqualTo(1);
        assertThat(probe.matrix().get(2, 0)).isEqualTo(0.25f);
        assertThat(probe.bias()).containsExactly(-0.5f);
        assertThat(probe.manifest().family()).isEqualTo("probe/linear");
    }

    @Test
    void shouldLoadADirectionWhenThereIsNoBias() throws IOException {
        Path file = new SafetensorsWriter()
                .add("weight", TensorType.F32, new float[] {1, 2}, 1, 2)
                .write(directory.resolve("d.safetensors"));

        EncoderWeights direction = WeightLoader.load(file.toString());

        assertThat(direction.bias()).containsExactly(0);
        assertThat(direction.matrix().get(1, 0)).isEqualTo(2);
    }

    @Test
    void shouldRefuseWhenTheTensorsAreNotThoseOfAProbe() throws IOException {
        Path cube = new SafetensorsWriter()
                .add("weight", TensorType.F32, new float[8], 2, 2, 2)
                .write(directory.resolve("cube.safetensors"));
        Path none = new SafetensorsWriter()
                .add("w", TensorType.F32, new float[2], 2)
                .write(directory.resolve("none.safetensors"));
        Path nan = new SafetensorsWriter()
                .add("weight", TensorType.F32, new float[] {1, Float.NaN}, 2)
                .write(directory.resolve("nan.safetensors"));
        Path biases = new SafetensorsWriter()
                .add("weight", TensorType.F32, new float[] {1, 2}, 2)
                .add("bias", TensorType.F32, new float[] {1, 2}, 2)
                .write(directory.resolve("biases.safetensors"));

        assertThatThrownBy(() -> WeightLoader.load(cube.toString())).hasMessageContaining("should have shape [d_in]");
        assertThatThrownBy(() -> WeightLoader.load(none.toString())).hasMessageContaining("no tensor weight");
        assertThatThrownBy(() -> WeightLoader.load(nan.toString())).hasMessageContaining("NaN at index 1");
        assertThatThrownBy(() -> WeightLoader.load(biases.toString())).hasMessageContaining("one value");
    }
}
