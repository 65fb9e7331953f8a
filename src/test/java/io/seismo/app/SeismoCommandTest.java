package io.seismo.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.seismo.app.cli.CommandFailure;
import io.seismo.app.cli.Output;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class SeismoCommandTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private CommandLine line(Object... more) {
        return SeismoCommand.commandLine(new PrintWriter(out, true), new PrintWriter(err, true), more);
    }

    @Test
    void shouldPrintUsageWhenCalledWithoutArguments() {
        assertThat(line().execute()).isZero();
        assertThat(out.toString()).contains("Usage: seismo", "--debug", "--version");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void shouldExitWithTwoAndSuggestWhenACommandIsUnknown() {
        CommandLine line = line(new Failing(new IllegalStateException()));
        assertThat(line.execute("fai")).isEqualTo(2);
        assertThat(err.toString()).contains("seismo: Unmatched argument", "Did you mean", "fail", "--help");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void shouldSayOneLineAndTheRemedyWhenACommandFails() {
        CommandLine line = line(new Failing(new ExecutionException(new CommandFailure("no broker", "Start one."))));
        assertThat(line.execute("fail")).isEqualTo(1);
        assertThat(err.toString().lines()).containsExactly("seismo: no broker", "  Start one.");
    }

    @Test
    void shouldNameTheKindAndHideTheTraceWhenAnUnknownFailureHappens() {
        CommandLine line = line(new Failing(new IllegalStateException("broken\n  in two")));
        assertThat(line.execute("fail")).isEqualTo(1);
        assertThat(err.toString().lines())
                .containsExactly("seismo: IllegalStateException: broken in two", "  (--debug shows where)");
    }

    @Test
    void shouldShowTheTraceWhenDebugIsAskedForBehindTheCommand() {
        CommandLine line = line(new Failing(new IllegalStateException("broken")));
        assertThat(line.execute("fail", "--debug")).isEqualTo(1);
        assertThat(err.toString()).contains("\tat io.seismo.app.SeismoCommandTest");
    }

    @Test
    void shouldGroupCommandsWhenTheyHaveVerbs() {
        CommandLine line = line(new Failing(new IllegalStateException()), new Thing());
        line.execute("--help");
        String help = out.toString();
        assertThat(help.indexOf("Processes:")).isBetween(0, help.indexOf("Things:"));
        assertThat(help).containsPattern("fail +Fails\\.").containsPattern("things +show: Has verbs\\.");
    }

    @Test
    void shouldWriteJsonOrTextWhenAskedFor() {
        CommandLine line = line(new Thing());
        assertThat(line.execute("things", "show", "--json")).isZero();
        assertThat(line.execute("things", "show")).isZero();
        assertThat(out.toString().lines()).containsExactly("{\"a\":1,\"b\":\"x\"}", "a is 1");
    }

    @Command(name = "fail", description = "Fails.")
    record Failing(Exception failure) implements Callable<Integer> {
        @Override
        public Integer call() throws Exception {
            throw failure;
        }
    }

    @Command(name = "things", description = "Has verbs.")
    static final class Thing {
        @Command(name = "show", mixinStandardHelpOptions = true, description = "Shows.")
        void show(@Mixin Output output) {
            output.write(Map.of("b", "x", "a", 1), text -> text.println("a is 1"));
        }
    }
}
