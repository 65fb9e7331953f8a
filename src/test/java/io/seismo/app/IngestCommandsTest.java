package io.seismo.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

/** {@code seismo ingest npy|safetensors} on the command line. */
class IngestCommandsTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... args) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        return SeismoCommand.commandLine(new PrintWriter(out, true), new PrintWriter(err, true))
                .execute(args);
    }

    @Test
    void shouldShowAnExampleInTheHelpOfEachAndListThemAsAThing() {
        for (String verb : new String[] {"npy", "safetensors", "vllm"}) {
            assertThat(run("ingest", verb, "--help")).isZero();
            assertThat(out.toString()).contains("Example", "seismo ingest " + verb, "--ledger", "--json");
        }
        assertThat(run("--help")).isZero();
        assertThat(out.toString().substring(out.toString().indexOf("Things:")))
                .containsPattern("ingest +npy \\| safetensors \\| vllm: ");
    }

    @Test
    void shouldRefuseAToolItDoesNotKnowAndANameThatIsNone() {
        assertThat(run("ingest", "safetensors", "x", "--bootstrap", "b:1", "--from", "gguf"))
                .isEqualTo(1);
        assertThat(err.toString()).contains("--from gguf is not known", "transformer-lens");
        assertThat(run("ingest", "npy", "x", "--bootstrap", "b:1", "--source", "a b"))
                .isEqualTo(1);
        assertThat(err.toString()).contains("--source a b is not a name");
        assertThat(run("ingest", "npy", "x")).isEqualTo(2);
    }
}
