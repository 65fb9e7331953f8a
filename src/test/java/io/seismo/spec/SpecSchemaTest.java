package io.seismo.spec;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class SpecSchemaTest {

    private static final Path GOLDEN = Path.of("schemas/monitor.schema.json");

    static Stream<Path> goodFiles() throws IOException {
        return Stream.concat(
                Stream.of(Path.of("topology/monitor.yaml")),
                Files.list(Path.of("src/test/resources/spec/good")).sorted());
    }

    @Test
    void shouldBeThePublishedSchema() throws IOException {
        if (Boolean.getBoolean("golden.update")) {
            Files.writeString(GOLDEN, SpecSchema.json());
        }

        assertThat(Files.readString(GOLDEN)).isEqualTo(SpecSchema.json());
    }

    @ParameterizedTest
    @MethodSource("goodFiles")
    void shouldAcceptWhatTheParserAccepts(Path file) throws IOException {
        String yaml = Files.readString(file);

        assertThat(SpecParser.parse(file.toString(), yaml).spec().version()).isEqualTo(1);
        assertThat(SchemaVerdict.of(yaml)).isEqualTo("accepts");
    }

    @Test
    void shouldAcceptTheLeastASpecCanSay() {
        assertThat(SchemaVerdict.of(Specs.MINIMAL)).isEqualTo("accepts");
    }

    @Test
    void shouldDescribeEveryKey() {
        for (Field<?> field : Grammar.ROOT.fields()) {
            assertThat(field.doc()).as(field.name()).endsWith(".");
        }
    }
}
