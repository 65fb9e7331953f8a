package io.seismo.bench;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Options that all benchmarks share, and where their figures go. A mixin. */
final class Report {

    private static final ObjectMapper JSON =
            new ObjectMapper().setDefaultPropertyInclusion(JsonInclude.Include.NON_NULL);

    @Option(names = "--json", description = "Write the figures as one JSON document.")
    private boolean json;

    @Option(names = "--out", paramLabel = "FILE", description = "Write the JSON document to a file as well.")
    private @Nullable Path out;

    @Option(names = "--seconds", paramLabel = "N", description = "About how long to measure, without warm-up.")
    private @Nullable Integer seconds;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec mixee;

    private final Machine machine = Machine.here();
    private final List<Figure> figures = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    /** Seconds to measure; the benchmark's own figure when none were given. */
    int seconds(int usual) {
        return seconds == null ? usual : Math.max(1, seconds);
    }

    void add(Figure figure) {
        figures.add(figure);
    }

    /** Something a reader of the figures must know. */
    void note(String line) {
        notes.add(line);
    }

    /** Progress, for people. */
    void say(String line) {
        System.err.println(line);
    }

    /** What one benchmark found. */
    record Document(String benchmark, String time, Machine machine, List<Figure> figures, List<String> notes) {}

    /** Prints and writes what was found. */
    int done() throws IOException {
        Document document = new Document(mixee.name(), Instant.now().toString(), machine, figures, notes);
        String text = toJson(document);
        if (out != null) {
            Files.writeString(out, text + "\n");
        }
        if (json) {
            System.out.println(text);
            return 0;
        }
        System.out.println(machine.line());
        figures.forEach(figure -> System.out.println("  " + figure.line()));
        notes.forEach(note -> System.out.println("  " + note));
        return 0;
    }

    private static String toJson(Document document) throws JsonProcessingException {
        // Numbers that are not there are left out of the text, not written as NaN.
        return JSON.writeValueAsString(document).replace("\"NaN\"", "null");
    }
}
