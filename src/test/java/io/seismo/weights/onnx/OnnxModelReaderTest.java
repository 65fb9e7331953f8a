package io.seismo.weights.onnx;

import static io.seismo.weights.onnx.OnnxFiles.external;
import static io.seismo.weights.onnx.OnnxFiles.graph;
import static io.seismo.weights.onnx.OnnxFiles.linear;
import static io.seismo.weights.onnx.OnnxFiles.model;
import static io.seismo.weights.onnx.OnnxFiles.node;
import static io.seismo.weights.onnx.OnnxFiles.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import io.seismo.spec.ProbeScore;
import io.seismo.weights.WeightsException;
import io.seismo.weights.load.WeightLoader;
import io.seismo.weights.probe.Probe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a user's ONNX file may hold is decided before a runtime sees it. */
class OnnxModelReaderTest {

    private static final float[][] MATRIX = {{1, 2}, {3, 4}, {5, 6}};

    @TempDir
    Path directory;

    @Test
    void shouldTakeAModelOfStandardOperatorsAndItsMetadata() throws IOException {
        ModelProto.Builder model = linear(MATRIX, new float[2])
                .addMetadataProps(
                        StringStringEntryProto.newBuilder().setKey("hook_name").setValue("blocks.3.resid_post"))
                .addMetadataProps(
                        StringStringEntryProto.newBuilder().setKey("features").setValue("7,3,88"));

        Probe probe = load(model);

        assertThat(probe.form()).isEqualTo("onnx");
        assertThat(probe.inputs()).isEqualTo(3);
        assertThat(probe.outputs()).isEqualTo(2);
        assertThat(probe.features()).containsExactly(7, 3, 88);
        assertThat(probe.manifest().hook()).isEqualTo("blocks.3.resid_post");
    }

    @Test
    void shouldLeaveLabelsUncomputedWhenScoresStandBesideThem() throws IOException {
        GraphProto.Builder labelled = linear(MATRIX, new float[2]).getGraph().toBuilder();
        labelled.addOutput(value("label", 7, 1)).addNode(node("ArgMax", "label", "y"));

        assertThat(load(model(labelled)).outputs()).isEqualTo(2);
    }

    @Test
    void shouldReadExternalDataWhenItLiesInsideTheDirectory() throws IOException {
        Files.createDirectory(directory.resolve("data"));
        Files.write(directory.resolve("data/w.bin"), OnnxFiles.bytes(0, 1, 2, 3, 4, 5, 6));

        Probe.Onnx probe = (Probe.Onnx) load(outside("data/w.bin", 4));

        assertThat(probe.model().externals()).hasSize(1);
        assertThat(probe.model().externals().get(0).source().slice(4, 4).getFloat(0))
                .isEqualTo(1f);
        String before = probe.manifest().digest();
        Files.write(directory.resolve("data/w.bin"), OnnxFiles.bytes(0, 1, 2, 3, 4, 5, 7));
        assertThat(load(outside("data/w.bin", 4)).manifest().digest()).isNotEqualTo(before);
    }

    static Stream<Arguments> hostile() {
        ModelProto.Builder plain = linear(MATRIX, new float[2]);
        GraphProto.Builder many = graph(3, 2);
        for (int i = 0; i <= OnnxModelReader.MOST_NODES; i++) {
            many.addNode(node("Identity", "y" + i, "x"));
        }
        GraphProto.Builder crowded = graph(3, 2);
        for (int i = 0; i < 70_000; i++) {
            crowded.addValueInfo(value("", 1, 1));
        }
        crowded.addNode(node("Identity", "y", "x"));
        for (int i = 0; i < 70_000; i++) {
            crowded.getNodeBuilder(0).addAttribute(AttributeProto.getDefaultInstance());
        }
        return Stream.of(
                Arguments.of(with(node("Evil", "y", "x").setDomain("com.evil")), "operator com.evil.Evil"),
                Arguments.of(with(node("Evil", "y", "x")), "operator Evil is not among"),
                Arguments.of(with(node("RandomNormalLike", "y", "x")), "operator RandomNormalLike"),
                Arguments.of(with(node("Loop", "y", "x")), "operator Loop"),
                Arguments.of(
                        with(node("Relu", "y", "x")
                                .addAttribute(AttributeProto.newBuilder()
                                        .setName("body")
                                        .setG(GraphProto.getDefaultInstance()))),
                        "an attribute holds a graph"),
                Arguments.of(
                        with(node("Constant", "y")
                                .addAttribute(AttributeProto.newBuilder()
                                        .setName("value")
                                        .setT(TensorProto.newBuilder()
                                                .setDataLocation(TensorProto.DataLocation.EXTERNAL)))),
                        "a constant lies outside"),
                Arguments.of(
                        plain.clone()
                                .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("com.microsoft")),
                        "domain 'com.microsoft'"),
                Arguments.of(model(many), "more than 2048 nodes"),
                Arguments.of(model(crowded), "more than 65536 parts"),
                Arguments.of(with(node("Relu", "y", "x")).setGraph(twoInputs()), "2 inputs"),
                Arguments.of(model(graph(3, 2).clearOutput()), "0 outputs"),
                Arguments.of(
                        model(graph(3, 2).setInput(0, value("x", 11, 3)).addNode(node("Identity", "y", "x"))),
                        "input is not fp32"),
                Arguments.of(
                        model(graph(3, 2).setOutput(0, value("y", 1, 5_000)).addNode(node("Identity", "y", "x"))),
                        "output is not fp32"));
    }

    @ParameterizedTest
    @MethodSource("hostile")
    void shouldRefuseByReasonWhenAModelIsMoreThanAProbe(ModelProto.Builder model, String reason) {
        assertThatThrownBy(() -> load(model))
                .isInstanceOf(WeightsException.class)
                .hasMessageContaining(reason);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../w.bin",
                "/etc/passwd",
                "a/../../w.bin",
                "./w.bin",
                "a//w.bin",
                "",
                "..",
                "link.bin",
                "w\\..\\x"
            })
    void shouldRefuseWhenExternalDataLiesElsewhere(String location) throws IOException {
        Path outside = directory.resolve("w.bin");
        Files.write(outside, OnnxFiles.bytes(1, 2, 3, 4, 5, 6));
        Path inner = Files.createDirectories(directory.resolve("inner/a")).getParent();
        Files.createSymbolicLink(inner.resolve("link.bin"), outside);
        Path file = OnnxFiles.write(inner.resolve("p.onnx"), outside(location, 0));

        assertThatThrownBy(() -> WeightLoader.probe(file.toString(), ProbeScore.LOGIT))
                .isInstanceOf(WeightsException.class)
                .hasMessageMatching("(?s).*(no plain path|leads out|is not there).*");
    }

    @Test
    void shouldRefuseWhenExternalDataIsTooShortOrTooLong() throws IOException {
        Files.write(directory.resolve("w.bin"), OnnxFiles.bytes(1, 2, 3, 4, 5, 6));
        ModelProto.Builder huge = model(graph(3, 2)
                .addInitializer(external("W", "w.bin", 0, 1 << 20, 1 << 20, 1 << 20))
                .addNode(node("MatMul", "y", "x", "W")));

        assertThatThrownBy(() -> load(outside("w.bin", 8))).hasMessageContaining("does not lie within");
        assertThatThrownBy(() -> load(huge)).hasMessageContaining("above 256 MiB");
    }

    @Test
    void shouldRefuseAPartOfAnotherWireTypeThatARuntimeWouldSkip() throws IOException {
        // Field 7, the graph, as a varint: a runtime skips it and reads what follows as fields of the model.
        byte[] sound = linear(MATRIX, new float[2]).build().toByteArray();
        byte[] file = new byte[sound.length + 2];
        file[0] = 7 << 3;
        file[1] = 5;
        System.arraycopy(sound, 0, file, 2, sound.length);
        Path path = Files.write(directory.resolve("p.onnx"), file);

        assertThatThrownBy(() -> WeightLoader.probe(path.toString(), ProbeScore.LOGIT))
                .hasMessageContaining("wrong wire type");
    }

    @Test
    void shouldRefuseOrReadAndNothingElseWhenBytesAreGarbled() throws IOException {
        byte[] sound = linear(MATRIX, new float[2]).build().toByteArray();
        Random random = new Random(7);
        int refused = 0;
        for (int round = 0; round < 2_000; round++) {
            byte[] garbled = sound.clone();
            for (int change = 0; change <= round % 4; change++) {
                garbled[random.nextInt(garbled.length)] = (byte) random.nextInt();
            }
            Path path = Files.write(directory.resolve("p.onnx"), garbled);
            try {
                WeightLoader.probe(path.toString(), ProbeScore.LOGIT);
            } catch (WeightsException e) {
                refused++;
            }
        }
        assertThat(refused).isBetween(500, 1_999);
    }

    private Probe load(ModelProto.Builder model) throws IOException {
        return WeightLoader.probe(
                OnnxFiles.write(directory.resolve("p.onnx"), model).toString(), ProbeScore.LOGIT);
    }

    private static ModelProto.Builder with(ai.onnx.proto.OnnxMl.NodeProto.Builder node) {
        return model(graph(3, 3).addNode(node));
    }

    private static GraphProto.Builder twoInputs() {
        return graph(3, 3).addInput(value("z", 1, 3)).addNode(node("Relu", "y", "x"));
    }

    private static ModelProto.Builder outside(String location, long offset) {
        return model(graph(3, 2)
                .addInitializer(external("W", location, offset, 3, 2))
                .addNode(node("MatMul", "y", "x", "W")));
    }
}
