package io.seismo.app.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.seismo.app.SeismoCommand;
import io.seismo.app.broker.SecuredBroker;
import io.seismo.app.cli.SpecFiles;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code seismo run} as a user starts it, against a cluster that wants TLS and a password from every client. */
class SecuredRunIT {

    private static final long LIMIT_NS = Duration.ofSeconds(90).toNanos();
    private static final Pattern URL = Pattern.compile("http://127\\.0\\.0\\.1:\\d+");

    @TempDir
    private Path dir;

    /** What a command said, and its exit code. */
    private record Said(int code, String out, String err) {}

    @Test
    void shouldBecomeReadyInAllRolesThroughTlsAndPasswordAndStopWhenAsked() throws Exception {
        Path spec = Files.writeString(dir.resolve("monitor.yaml"), SpecFiles.packaged());
        try (SecuredBroker broker = new SecuredBroker(dir)) {
            String right = broker.client("right.properties", "right").toString();
            String wrong = broker.client("wrong.properties", "wrong").toString();
            String[] where = {"--spec", spec.toString(), "--bootstrap", broker.bootstrap(), "--command-config"};

            Said refused = command("topics", "create", where, wrong);
            assertThat(refused.code()).isEqualTo(1);
            assertThat(refused.err()).contains("uthentication").doesNotContain("\tat ");
            Said created = command("topics", "create", where, right);
            assertThat(created.code()).as(created.err()).isZero();
            Said checked = command("topics", "check", where, right);
            assertThat(checked.code()).as(checked.out()).isZero();

            StringWriter out = new StringWriter();
            StringWriter err = new StringWriter();
            FutureTask<Integer> run = new FutureTask<>(() -> execute(
                    out,
                    err,
                    "run",
                    where[0],
                    where[1],
                    where[2],
                    where[3],
                    where[4],
                    right,
                    "--http",
                    "127.0.0.1:0",
                    "--state-dir",
                    dir.resolve("state").toString()));
            Thread thread = new Thread(run, "run-command");
            thread.start();
            try {
                String ready = awaitReady(out, err, run);
                assertThat(ready).contains("clock", "encode", "watch", "notify");
            } finally {
                thread.interrupt();
            }
            assertThat(run.get(60, TimeUnit.SECONDS)).isEqualTo(1);
        }
    }

    private static String awaitReady(StringWriter out, StringWriter err, FutureTask<Integer> run) throws Exception {
        long deadline = System.nanoTime() + LIMIT_NS;
        HttpClient http = HttpClient.newHttpClient();
        String last = "nothing served yet";
        while (System.nanoTime() < deadline && !run.isDone()) {
            Matcher url = URL.matcher(out.toString());
            if (url.find()) {
                HttpResponse<String> answer = http.send(
                        HttpRequest.newBuilder(URI.create(url.group() + "/readyz"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
                last = answer.body();
                if (answer.statusCode() == 200) {
                    return last;
                }
            }
            LockSupport.parkNanos(300_000_000);
        }
        throw new AssertionError("not ready: " + last + "\n" + out + err);
    }

    private static Said command(String noun, String verb, String[] where, String config) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = execute(out, err, noun, verb, where[0], where[1], where[2], where[3], where[4], config);
        return new Said(code, out.toString(), err.toString());
    }

    private static int execute(StringWriter out, StringWriter err, String... arguments) {
        return SeismoCommand.commandLine(new PrintWriter(out, true), new PrintWriter(err, true))
                .execute(arguments);
    }
}
