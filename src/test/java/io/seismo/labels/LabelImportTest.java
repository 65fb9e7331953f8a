package io.seismo.labels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.seismo.weights.TensorType;
import io.seismo.weights.WeightsException;
import io.seismo.weights.file.SafetensorsWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LabelImportTest {

    private static final int WIDTH = 8;
    private static final double[] NORMS = {1, 2, 4, 1, 1, 0, 1, 1};
    private static final String FROM = "third-party: neuronpedia g/20-res gpt oai";

    @TempDir
    private Path dir;

    private final LabelFile into = new LabelFile("abc", WIDTH);

    private LabelImport.Taken read(String name, String text) throws IOException {
        return new LabelImport(into, WIDTH, () -> NORMS, null).read(Files.writeString(dir.resolve(name), text));
    }

    private static String explanation(int index, String text) {
        return "{\"modelId\":\"g\",\"layer\":\"20-res\",\"index\":\"" + index + "\",\"description\":\"" + text
                + "\",\"typeName\":\"oai\",\"explanationModelName\":\"gpt\",\"embedding\":[0.1,0.2]}\n";
    }

    @Test
    void shouldTakeExplanationsAndFiguresOfNeuronpediaGzippedOrNot() throws IOException {
        read("explanations.jsonl", explanation(1, " asks for credentials") + "\n" + explanation(1, "passwords"));
        Path zipped = dir.resolve("features.jsonl.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(zipped))) {
            out.write("{\"modelId\":\"g\",\"layer\":\"20-res\",\"index\":2,\"maxActApprox\":12.0,\"frac_nonzero\":0.25}"
                    .getBytes(StandardCharsets.UTF_8));
        }
        LabelImport.Taken taken = new LabelImport(into, WIDTH, () -> NORMS, null).read(zipped);

        assertThat(taken.figures()).isEqualTo(1);
        assertThat(into.of(1).labels())
                .containsExactly(new Label("asks for credentials", FROM), new Label("passwords", FROM))
                .allMatch(Label::thirdParty);
        // Published activations are f · ‖D‖; the decoder row of feature 2 has length 4.
        assertThat(into.of(2).max()).isEqualTo(3);
        assertThat(into.of(2).published()).isEqualTo(12);
        assertThat(into.of(2).density()).isEqualTo(0.25);
    }

    @Test
    void shouldReplaceTheLabelsOfASourceAndKeepThoseOfOthers() throws IOException {
        read("ours.csv", "feature,label\n1,ours\n");
        read("a.jsonl", explanation(1, "old"));
        read("a.jsonl", explanation(1, "new") + explanation(2, "more"));
        assertThat(into.of(1).labels()).extracting(Label::text).containsExactly("ours", "new");
        assertThat(into.labels()).isEqualTo(3);
    }

    @Test
    void shouldTakeTablesAndSparsity() throws IOException {
        LabelImport own = new LabelImport(into, WIDTH, () -> NORMS, "safety team");
        own.read(Files.writeString(
                dir.resolve("t.csv"),
                "\ufeffFeature,Label,density,max\r\n3,\"a \"\"quoted\"\", one\",0.5,\r\n\r\n4,,,7\r\n"));
        assertThat(into.of(3).labels()).containsExactly(new Label("a \"quoted\", one", "safety team"));
        assertThat(into.of(3).labels().get(0).thirdParty()).isFalse();
        assertThat(into.of(4).max()).isEqualTo(7);
        assertThat(into.of(4).published()).isNull();

        Path file = dir.resolve("sparsity.safetensors");
        float[] logs = {-1, -2, -10, 0, -1, -1, -1, -1};
        new SafetensorsWriter().add("sparsity", TensorType.F32, logs, WIDTH).write(file);
        own.read(file);
        assertThat(into.of(0).density()).isCloseTo(0.1, within(1e-7));
        assertThat(into.of(2).density()).isZero();
        assertThat(into.of(3).labels()).hasSize(1);
    }

    @Test
    void shouldWriteAndReadTheSameAndRefuseAnotherSae() throws IOException {
        read("a.jsonl", explanation(1, "tabs\\tand \\u202ereversed\\u0007") + explanation(7, "last"));
        into.add(1, 0.125, 3.5, 7.0);
        Path file = dir.resolve("labels.jsonl");
        into.write(file);
        LabelFile again = LabelFile.read(file, "abc", WIDTH);
        assertThat(again.features()).isEqualTo(into.features());
        assertThat(again.of(1).labels().get(0).text()).isEqualTo("tabs and reversed");
        assertThat(again.labels()).isEqualTo(2);
        Path twice = dir.resolve("twice.jsonl");
        again.write(twice);
        assertThat(twice).hasSameBinaryContentAs(file);
        assertThatThrownBy(() -> LabelFile.read(file, "other", WIDTH)).hasMessageContaining("labels of another SAE");
        assertThatThrownBy(() -> LabelFile.read(file, "abc", WIDTH + 1)).hasMessageContaining("another SAE");
        Files.writeString(file, "{}\n");
        assertThatThrownBy(() -> LabelFile.read(file, "abc", WIDTH)).hasMessageContaining("labels.jsonl:1: ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"index\":\"8\",\"description\":\"x\"} | feature 8, but the SAE has 8",
                "{\"index\":-1} | no index of a feature",
                "{\"index\":1.5} | no index of a feature",
                "{\"description\":\"x\"} | no index of a feature",
                "{\"index\":99999999999} | no index of a feature",
                "{\"index\":1,\"index\":2} | not sound JSON",
                "{\"index\":1 | not sound JSON",
                "[1] | not a JSON object",
                "{\"index\":1,\"frac_nonzero\":1.5} | is no share",
                "{\"index\":1,\"maxActApprox\":-3} | at least 0",
                "{\"index\":1,\"maxActApprox\":\"3\"} | at least 0",
                "{\"index\":1,\"maxActApprox\":1e999} | at least 0",
                "{\"index\":5,\"maxActApprox\":1} | no length",
                "{\"index\":1,\"description\":\"\\u0007\"} | without a character",
                "{\"index\":1,\"modelId\":\"h\"} | a row of h/ behind rows of g/20-res",
            })
    void shouldNameFileAndLineWhenARowIsWrong(String row, String expected) {
        String text = explanation(0, "fine") + "\n" + row.replace("}", row.contains("modelId") ? "}" : ROW_END) + "\n";
        assertThatThrownBy(() -> read("bad.jsonl", text))
                .isInstanceOf(WeightsException.class)
                .hasMessageContaining("bad.jsonl:3: ")
                .hasMessageContaining(expected);
    }

    private static final String ROW_END = ",\"modelId\":\"g\",\"layer\":\"20-res\"}";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "feature,label\n9,x\n",
                "feature,label\n1\n",
                "feature,label\n1,\"x\n",
                "feature,density\n1,2\n",
                "feature,density\n1,NaN\n",
                "feature,max\n1,abc\n",
                "label\nx\n",
                "",
            })
    void shouldRefuseTablesThatAreWrong(String text) {
        assertThatThrownBy(() -> read("bad.csv", text))
                .isInstanceOf(WeightsException.class)
                .hasMessageContaining("bad.csv:");
    }

    @Test
    void shouldRefuseLinesWithoutEndAndFilesThatAreNoText() throws IOException {
        byte[] endless = new byte[Lines.LONGEST + 2];
        Arrays.fill(endless, (byte) 'x');
        Path bomb = dir.resolve("bomb.jsonl.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(bomb))) {
            out.write(explanation(0, "x").getBytes(StandardCharsets.UTF_8));
            out.write(endless);
        }
        LabelImport reading = new LabelImport(into, WIDTH, () -> NORMS, null);
        assertThatThrownBy(() -> reading.read(bomb)).hasMessageContainingAll("bomb.jsonl.gz:2", "longer than");
        Path nested = Files.writeString(dir.resolve("deep.jsonl"), "{\"a\":".repeat(5000));
        assertThatThrownBy(() -> reading.read(nested)).hasMessageContaining("deep.jsonl:1: not sound JSON");
        Path binary = Files.write(dir.resolve("b.jsonl"), new byte[] {'{', (byte) 0xc3, '}', '\n'});
        assertThatThrownBy(() -> reading.read(binary)).hasMessageContaining("not UTF-8");
        Path plain = Files.writeString(dir.resolve("plain.jsonl.gz"), "{}");
        assertThatThrownBy(() -> reading.read(plain)).hasMessageContaining("plain.jsonl.gz");
        assertThatThrownBy(() -> reading.read(dir.resolve("no.jsonl"))).hasMessageContaining("no file");
        assertThatThrownBy(() -> reading.read(dir.resolve("x.parquet"))).hasMessageContaining("neither .jsonl");
    }

    @Test
    void shouldThrowNothingElseWhenBytesAreRandom() throws IOException {
        Random random = new Random(3);
        byte[] sound = (explanation(1, "one") + explanation(2, "two")).getBytes(StandardCharsets.UTF_8);
        for (int round = 0; round < 500; round++) {
            byte[] broken = sound.clone();
            for (int hit = 0; hit < 1 + round % 5; hit++) {
                broken[random.nextInt(broken.length)] = (byte) random.nextInt();
            }
            Path file = Files.write(dir.resolve("r.jsonl"), broken);
            try {
                new LabelImport(new LabelFile("abc", WIDTH), WIDTH, () -> NORMS, null).read(file);
            } catch (WeightsException refused) {
                assertThat(refused.problem()).contains("r.jsonl:");
            }
        }
    }

    @Test
    void shouldKeepLabelsToOneLineOfBoundedLength() {
        assertThat(new Label("a\n\u0000b\u2028c", "me").text()).isEqualTo("a b c");
        assertThat(new Label("x".repeat(5000), "me").text())
                .hasSize(Label.LONGEST)
                .endsWith("…");
        for (int i = 0; i < 100; i++) {
            into.add(0, new Label("l" + i, "me"));
        }
        assertThat(into.of(0).labels()).hasSize(FeatureNotes.MOST_LABELS);
        assertThat(into.labels()).isEqualTo(FeatureNotes.MOST_LABELS);
    }
}
