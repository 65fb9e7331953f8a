package io.seismo.spec;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The guide says nothing the parser does not read, and leaves no key out. Blocks that begin {@code # part} are parts. */
final class SpecGuideTest {

    private static final Path GUIDE = Path.of("src/site/markdown/spec.md");
    private static final Pattern BLOCK = Pattern.compile("```yaml\\n(.*?)```", Pattern.DOTALL);
    private static final String PART = "# part\n";

    static List<String> blocks() throws IOException {
        List<String> blocks = new ArrayList<>();
        Matcher matcher = BLOCK.matcher(Files.readString(GUIDE));
        while (matcher.find()) {
            blocks.add(matcher.group(1));
        }
        return blocks;
    }

    @ParameterizedTest
    @MethodSource("blocks")
    void shouldShowOnlyWhatTheParserReads(String block) {
        if (block.startsWith(PART)) {
            assertThat(problems(block)).isEmpty();
        } else {
            assertThat(SpecParser.parse("spec.md", block).spec().watch()).isNotEmpty();
        }
    }

    @Test
    void shouldNoticeAPartThatTheParserWouldNotRead() {
        assertThat(problems("detectors: { rate: { method: cusum, watch: x } }"))
                .hasSize(1)
                .allMatch(problem -> problem.contains("false_pages_per_week"));
        assertThat(problems("watches: {}")).hasSize(1);
    }

    @Test
    void shouldStateTheDefaultsAsTheyAre() throws IOException {
        String settings = blocks().get(blocks().size() - 1);
        MonitorSpec stated =
                SpecParser.parse("stated.yaml", Specs.MINIMAL + settings).spec();

        assertThat(stated)
                .isEqualTo(SpecParser.parse("minimal.yaml", Specs.MINIMAL).spec());
    }

    static Stream<Field<?>> keys() {
        return Stream.of(
                        Grammar.ROOT,
                        Grammar.Tap.SHAPE,
                        Grammar.Encoder.SAE_SHAPE,
                        Grammar.Encoder.PROBE_SHAPE,
                        Grammar.Encoder.DEVICE_SHAPE,
                        Grammar.Encoder.TOPK_SHAPE,
                        AlarmGrammar.Watch.SHAPE,
                        AlarmGrammar.Detector.RATE_SHAPE,
                        AlarmGrammar.Detector.CAP_SHAPE,
                        AlarmGrammar.Detector.FLOOR_SHAPE,
                        AlarmGrammar.Detector.CANARY_SHAPE,
                        Grammar.Canary.SHAPE,
                        AlarmGrammar.Alert.SHAPE,
                        AlarmGrammar.Receiver.LOG_SHAPE,
                        AlarmGrammar.Receiver.ALERTMANAGER_SHAPE,
                        AlarmGrammar.Receiver.WEBHOOK_SHAPE,
                        SettingGrammar.KEEP,
                        SettingGrammar.LINKS,
                        SettingGrammar.TIME,
                        SettingGrammar.REQUESTS,
                        SettingGrammar.BASELINE,
                        SettingGrammar.PARTITIONS)
                .flatMap(shape -> shape.fields().stream());
    }

    @ParameterizedTest
    @MethodSource("keys")
    void shouldShowEveryKeyInABlock(Field<?> key) throws IOException {
        assertThat(String.join("", blocks())).containsPattern("(^|[\\s{])" + key.name() + ": ?");
    }

    private static List<String> problems(String part) {
        Reading reading = new Reading("spec.md");
        YamlNode.Mapping mapping = (YamlNode.Mapping) YamlTree.read("spec.md", part);
        for (YamlNode.Entry entry : mapping.entries()) {
            Field<?> field = Grammar.ROOT.fields().stream()
                    .filter(known -> known.name().equals(entry.key().text()))
                    .findFirst()
                    .orElse(null);
            if (field == null) {
                reading.refuse(entry.key(), "unknown key", "");
            } else {
                field.kind().read(entry.value(), reading);
            }
        }
        try {
            reading.finish();
            return List.of();
        } catch (SpecException e) {
            return e.problems().stream().map(SpecProblem::toString).toList();
        }
    }
}
