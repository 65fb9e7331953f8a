package io.seismo.weights.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.seismo.spec.EncoderFacts;
import io.seismo.spec.ProbeScore;
import io.seismo.weights.TensorType;
import io.seismo.weights.file.NpzWriter;
import io.seismo.weights.file.SafetensorsWriter;
import io.seismo.weights.load.WeightLoader;
import io.seismo.weights.onnx.OnnxFiles;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProbeFileTest {

    @TempDir
    Path directory;

    @Test
    void shouldTakeTheDifferenceOfMeansAsADirectionAndItsUnitWhenAsked() throws IOException {
        Path file = new SafetensorsWriter()
                .add("mean_positive", TensorType.F32, new float[] {4, 4, 1}, 3)
                .add("mean_negative", TensorType.F32, new float[] {1, 0, 1}, 3)
                .write(directory.resolve("d.safetensors"));

        Probe.Linear raw = (Probe.Linear) WeightLoader.probe(file.toString(), ProbeScore.RAW);
        Probe.Linear unit = (Probe.Linear) WeightLoader.probe(file.toString(), ProbeScore.UNIT);

        assertThat(raw.weights().matrix().get(0, 0)).isEqualTo(3);
        assertThat(raw.weights().matrix().get(2, 0)).isEqualTo(0);
        assertThat(unit.weights().matrix().get(1, 0)).isCloseTo(0.8f, within(1e-7f));
        assertThat(unit.manifest().folded()).hasSize(2);
        assertThat(unit.manifest().digest()).isEqualTo(raw.manifest().digest());
    }

    @Test
    void shouldLeaveTheInterceptOutWhenTheRawScoreIsAsked() throws IOException {
        Path file = new SafetensorsWriter()
                .add("bias", TensorType.F32, new float[] {-0.5f, 2}, 2)
                .add("weight", TensorType.F32, new float[] {1, -2, 0.25f, 3, 4, 5}, 2, 3)
                .write(directory.resolve("p.safetensors"));

        Probe.Linear logit = (Probe.Linear) WeightLoader.probe(file.toString(), ProbeScore.LOGIT);
        Probe.Linear raw = (Probe.Linear) WeightLoader.probe(file.toString(), ProbeScore.RAW);

        assertThat(logit.outputs()).isEqualTo(2);
        assertThat(logit.weights().matrix().get(2, 1)).isEqualTo(5);
        assertThat(logit.weights().bias()).containsExactly(-0.5f, 2);
        assertThat(raw.weights().bias()).containsExactly(0, 0);
        assertThat(WeightLoader.facts(file.toString()).width()).isEqualTo(2);
    }

    @Test
    void shouldReadAPerceptronAsPyTorchSavesIt() throws IOException {
        Path file = new SafetensorsWriter()
                .add("net.0.weight", TensorType.F32, new float[] {1, 2, 3, 4, 5, 6}, 2, 3)
                .add("net.0.bias", TensorType.F32, new float[] {7, 8}, 2)
                .add("net.2.weight", TensorType.F32, new float[] {9, 10}, 1, 2)
                .metadata("activation", "silu")
                .metadata("hook_name", "blocks.3.resid_post")
                .write(directory.resolve("m.safetensors"));

        Probe.Mlp mlp = (Probe.Mlp) WeightLoader.probe(file.toString(), ProbeScore.LOGIT);
        EncoderFacts facts = WeightLoader.facts(file.toString());

        assertThat(mlp.layers()).hasSize(2);
        assertThat(mlp.layers().get(0).matrix().get(2, 1)).isEqualTo(6);
        assertThat(mlp.layers().get(1).bias()).containsExactly(0f);
        assertThat(mlp.between()).isEqualTo(Probe.Nonlinearity.SILU);
        assertThat(facts.form()).isEqualTo(new EncoderFacts.Form("mlp", 2, -1));
        assertThat(facts.hook()).isEqualTo("blocks.3.resid_post");
        assertThatThrownBy(() -> WeightLoader.load(file.toString()))
                .hasMessageContaining("give it to probe: in a spec");
    }

    @Test
    void shouldReadTreesFromNumpyAndNameTheFeaturesTheyAskFor() throws IOException {
        Path file = trees("t.npz", new long[] {1, -1, -1, 4, -1, -1}, new long[] {88, -2, -2, 3, -2, -2});

        Probe.Trees trees = (Probe.Trees) WeightLoader.probe(file.toString(), ProbeScore.LOGIT);

        assertThat(trees.features()).containsExactly(3, 88);
        assertThat(trees.table().trees()).isEqualTo(2);
        assertThat(trees.table().input(0)).isEqualTo(1);
        assertThat(WeightLoader.facts(file.toString()).form().topFeature()).isEqualTo(88);
    }

    @Test
    void shouldRefuseTreesThatWouldNotEnd() throws IOException {
        long[] features = {88, -2, -2, 3, -2, -2};
        Path circle = trees("c.npz", new long[] {0, -1, -1, 1, -1, -1}, features);
        Path beyond = trees("b.npz", new long[] {1, -1, -1, 3, -1, -1}, features);
        Path negative = trees("n.npz", new long[] {1, -1, -1, 1, -1, -1}, new long[] {-3, -2, -2, 3, -2, -2});

        for (Path file : new Path[] {circle, beyond, negative}) {
            assertThatThrownBy(() -> WeightLoader.probe(file.toString(), ProbeScore.LOGIT))
                    .hasMessageContaining("children or a feature that cannot be");
        }
    }

    @Test
    void shouldRefuseWhatIsNoProbe() throws IOException {
        Path unlike = new SafetensorsWriter()
                .add("0.weight", TensorType.F32, new float[6], 2, 3)
                .add("2.weight", TensorType.F32, new float[3], 1, 3)
                .write(directory.resolve("u.safetensors"));
        Path gelu = new SafetensorsWriter()
                .add("0.weight", TensorType.F32, new float[3], 1, 3)
                .metadata("activation", "gelu")
                .write(directory.resolve("g.safetensors"));
        Path zero = new SafetensorsWriter()
                .add("weight", TensorType.F32, new float[3], 3)
                .write(directory.resolve("z.safetensors"));
        Path half = new SafetensorsWriter()
                .add("weight", TensorType.F32, new float[] {1, 2}, 2)
                .add("features", TensorType.F32, new float[] {1, 2.5f}, 2)
                .write(directory.resolve("h.safetensors"));

        assertThatThrownBy(() -> WeightLoader.probe(unlike.toString(), ProbeScore.LOGIT))
                .hasMessageContaining("do not fit each other");
        assertThatThrownBy(() -> WeightLoader.probe(gelu.toString(), ProbeScore.LOGIT))
                .hasMessageContaining("not relu, tanh or silu");
        assertThatThrownBy(() -> WeightLoader.probe(zero.toString(), ProbeScore.UNIT))
                .hasMessageContaining("has no unit");
        assertThatThrownBy(() -> WeightLoader.probe(half.toString(), ProbeScore.LOGIT))
                .hasMessageContaining("2.5, which is no index");
        assertThatThrownBy(() -> WeightLoader.probe("demo/sae", ProbeScore.LOGIT))
                .hasMessageContaining("is an SAE, not a probe");
    }

    /** Two trees of three nodes. */
    private Path trees(String name, long[] left, long[] features) throws IOException {
        Path file = directory.resolve(name);
        try (NpzWriter npz = new NpzWriter(file)) {
            npz.longs("tree.offsets", 0, 3, 6);
            npz.longs("tree.feature", features);
            npz.longs("tree.left", left[0], -1, -1, left[3] - 3, -1, -1);
            npz.longs("tree.right", 2, -1, -1, 2, -1, -1);
            floats(npz, "tree.threshold", 0.5f, 0, 0, 1.5f, 0, 0);
            floats(npz, "tree.value", 0, -1, 1, 0, -2, 2);
        }
        return file;
    }

    private static void floats(NpzWriter npz, String name, float... values) throws IOException {
        npz.stream(name, "<f4", new ByteArrayInputStream(OnnxFiles.bytes(values)), values.length);
    }
}
