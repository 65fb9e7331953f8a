package io.seismo.app.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.PrintWriter;
import java.util.function.Consumer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * What a command says on stdout: text for people, or with {@code --json} one JSON document a result and nothing else.
 * A mixin; a command declares {@code @Mixin Output output}.
 *
 * <p>Values are records, maps, lists, strings and numbers; instants and paths are given as strings.
 */
public final class Output {

    private static final ObjectMapper JSON = new ObjectMapper()
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS);

    @Option(names = "--json", description = "Write the result as JSON, one document a line.")
    boolean json;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec mixee;

    /** Whether JSON was asked for. */
    public boolean isJson() {
        return json;
    }

    /** Writes a result: {@code value} as one line of JSON, or whatever {@code text} prints. */
    public void write(Object value, Consumer<PrintWriter> text) {
        PrintWriter out = mixee.commandLine().getOut();
        if (json) {
            out.println(toJson(value));
        } else {
            text.accept(out);
        }
        out.flush();
    }

    /** A line for people that is not part of the result: to stdout, dropped when JSON was asked for. */
    public void say(String line) {
        if (!json) {
            mixee.commandLine().getOut().println(line);
            mixee.commandLine().getOut().flush();
        }
    }

    /** A warning, to stderr in either form. */
    public void warn(String line) {
        mixee.commandLine().getErr().println("seismo: " + line);
        mixee.commandLine().getErr().flush();
    }

    /** A progress line on stderr. */
    public Progress progress(String label, String unit, long total) {
        return Progress.onStandardError(label, unit, total);
    }

    private static String toJson(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("a result does not serialise", impossible);
        }
    }
}
