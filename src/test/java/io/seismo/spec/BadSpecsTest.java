package io.seismo.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * One file per way to be wrong. Its first lines are comments: the expected problems, one a line, then whether the JSON
 * Schema refuses it too. {@code -Dgolden.update=true} rewrites those lines; read the difference before keeping it.
 */
final class BadSpecsTest {

    private static final String SCHEMA = "# schema: ";

    static Stream<Path> files() throws IOException {
        return Files.list(Path.of("src/test/resources/spec/bad")).sorted();
    }

    @ParameterizedTest
    @MethodSource("files")
    void shouldRefuseWithTheStatedProblems(Path file) throws IOException {
        if (Boolean.getBoolean("golden.update")) {
            update(file);
        }
        List<String> lines = Files.readAllLines(file);
        List<String> expected = header(lines);

        SpecException refused =
                catchThrowableOfType(SpecException.class, () -> SpecParser.parse(name(file), Files.readAllBytes(file)));

        assertThat(refused).isNotNull();
        assertThat(refused.problems()).extracting(problem -> "# " + problem).containsExactlyElementsOf(expected);
    }

    @ParameterizedTest
    @MethodSource("files")
    void shouldBeRefusedByTheSchemaWhenASchemaCanSeeIt(Path file) throws IOException {
        List<String> lines = Files.readAllLines(file);

        assertThat(SchemaVerdict.of(Files.readString(file)))
                .isEqualTo(lines.get(header(lines).size()).substring(SCHEMA.length()));
    }

    @Test
    void shouldKnowManyWaysToBeWrong() throws IOException {
        try (Stream<Path> files = files()) {
            assertThat(files.count()).isGreaterThanOrEqualTo(30);
        }
    }

    private static String name(Path file) {
        return file.getFileName().toString();
    }

    private static List<String> header(List<String> lines) {
        List<String> header = new ArrayList<>();
        for (String line : lines) {
            if (line.startsWith(SCHEMA)) {
                return header;
            }
            header.add(line);
        }
        throw new AssertionError("no line '" + SCHEMA + "…' in " + lines);
    }

    private static void update(Path file) throws IOException {
        List<String> lines = Files.readAllLines(file);
        boolean headed = lines.stream().anyMatch(line -> line.startsWith(SCHEMA));
        List<String> body = headed ? lines.subList(header(lines).size() + 1, lines.size()) : lines;
        List<String> problems = List.of("#");
        for (int round = 0; round < 2; round++) { // the second has the right number of lines above the body
            List<String> text = new ArrayList<>(problems);
            text.add(SCHEMA + SchemaVerdict.of(String.join("\n", body) + "\n"));
            text.addAll(body);
            Files.write(file, text);
            problems = problems(file);
        }
        List<String> text = new ArrayList<>(problems);
        text.addAll(Files.readAllLines(file).subList(problems.size(), problems.size() + 1 + body.size()));
        Files.write(file, text);
    }

    private static List<String> problems(Path file) {
        try {
            SpecParser.parse(name(file), Files.readAllBytes(file));
            throw new AssertionError(file + " is a good spec");
        } catch (SpecException e) {
            return e.problems().stream().map(problem -> "# " + problem).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
