package io.seismo.app.replay;

import static org.assertj.core.api.Assertions.assertThat;

import io.seismo.app.SeismoCommand;
import io.seismo.app.broker.EmbeddedBroker;
import io.seismo.app.cli.SpecFiles;
import io.seismo.spec.EncoderCatalog;
import io.seismo.spec.EpochRecord;
import io.seismo.spec.TopicNames;
import io.seismo.weights.load.WeightCatalog;
import io.seismo.wire.Epoch;
import io.seismo.wire.PaneDigest;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What {@code seismo replay run} and {@code verify} say when they cannot do what was asked: one line that names the
 * matter, one with the remedy, and an honest exit code. The log holds an epoch of the packaged spec and the digests of
 * ten minutes, no traffic.
 */
class ReplayCommandsIT {

    private static final long FIRST_PANE = 176_400_000;
    private static final int PANES = 60;
    private static final TopicNames TOPICS = new TopicNames("demo");

    @TempDir
    private static Path data;

    private static EmbeddedBroker broker;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path dir;

    @BeforeAll
    static void record() throws Exception {
        broker = EmbeddedBroker.start(EmbeddedBroker.Settings.TEMPORARY.in(data));
        String[] create = {"topics", "create", "--bootstrap", broker.bootstrap(), "--replicas", "1"};
        StringWriter said = new StringWriter();
        assertThat(SeismoCommand.commandLine(new PrintWriter(said, true), new PrintWriter(said, true))
                        .execute(create))
                .as("%s", said)
                .isZero();
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrap()),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            send(producer, TOPICS.epochs(), 0, epoch().toByteArray());
            for (int pane = 0; pane < PANES; pane++) {
                for (int w = 0; w < 2; w++) {
                    PaneDigest digest = PaneDigest.newBuilder()
                            .setSchemaVersion(1)
                            .setWatchPartition(w)
                            .setPane(FIRST_PANE + pane)
                            .setEpoch(1)
                            .build();
                    send(producer, TOPICS.paneDigests(), w, digest.toByteArray());
                }
            }
        }
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    /** The only place that knows how an epoch is written. */
    private static Epoch epoch() throws Exception {
        EncoderCatalog catalog = new WeightCatalog();
        return Epoch.newBuilder()
                .addEncoders(EpochRecord.encoder("demo/sae", catalog.facts("demo/sae")))
                .addEncoders(
                        EpochRecord.encoder("demo/phishing.safetensors", catalog.facts("demo/phishing.safetensors")))
                .setSchemaVersion(1)
                .setNumber(1)
                .setSpec(SpecFiles.packaged())
                .setPartitions(2)
                .setWatchPartitions(2)
                .setPaneMs(10_000)
                .setGraceMs(10_000)
                .setFirstPane(FIRST_PANE)
                .build();
    }

    private static void send(KafkaProducer<byte[], byte[]> producer, String topic, int partition, byte[] value)
            throws Exception {
        producer.send(new ProducerRecord<>(topic, partition, new byte[] {'1'}, value))
                .get();
    }

    @Test
    void shouldNameTheAlertWhenItDidNotMoveInTheRange() {
        fails("run", "--alert", "beefbeefbeefbeef");
        says("no alert beefbeefbeefbeef moved in this range", "no alert did");
    }

    @ParameterizedTest
    @CsvSource({
        "run, 2025-11-24T16:05:00Z, 2025-11-24T16:00:00Z",
        "verify, 2025-11-24T16:05:00Z, 2025-11-24T16:00:00Z",
        "run, 2025-11-24T16:05:00Z, 2025-11-24T16:05:00Z",
        "verify, 2025-11-24T16:05:00Z, 2025-11-24T16:05:00Z"
    })
    void shouldNameBothEndsWhenTheRangeIsUpsideDownOrEmpty(String verb, String from, String to) {
        fails(verb, "--from", from, "--to", to);
        says("the range is empty", from, to, "--to must be later than --from");
    }

    @ParameterizedTest
    @CsvSource({
        "run, --to, 2020-01-01T00:00:00Z",
        "verify, --to, 2020-01-01T00:00:00Z",
        "run, --from, 2040-01-01T00:00:00Z",
        "verify, --from, 2040-01-01T00:00:00Z"
    })
    void shouldSayHowFarTheLogGoesWhenTheRangeLiesOutsideIt(String verb, String option, String time) {
        fails(verb, option, time);
        says(
                "no pane of this range has been recorded",
                "from 2025-11-24T16:00:00Z to 2025-11-24T16:10:00Z",
                "choose --from and --to within that");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--from", "--to"})
    void shouldNameTheOptionWhenItIsNoTime(String option) {
        assertThat(command("verify", "--bootstrap", broker.bootstrap(), option, "yesterday"))
                .isEqualTo(2);
        says("Invalid value for option '" + option + "'", "'yesterday' is not a time such as 2026-");
    }

    @Test
    void shouldNameTheWeightsWhenTheOtherSpecReadsSomeThatAreNotThere() throws IOException {
        String yaml = SpecFiles.packaged().replace("sae: demo/sae", "sae: no/such/sae");
        assertThat(yaml).contains("no/such/sae");
        Path candidate = Files.writeString(dir.resolve("candidate.yaml"), yaml);
        fails("run", "--spec", candidate.toString());
        says("no/such/sae");
    }

    @Test
    void shouldNameTheFileWhenTheOtherSpecIsNotThere() {
        fails("run", "--spec", "no-such.yaml");
        says("no-such.yaml");
    }

    @ParameterizedTest
    @ValueSource(strings = {"run", "verify"})
    void shouldSayThatNoBrokerAnswersWhenTheBootstrapIsWrong(String verb) throws IOException {
        Path impatient = Files.writeString(
                dir.resolve("client.properties"), "default.api.timeout.ms=1500\nrequest.timeout.ms=1000\n");
        assertThat(command(verb, "--bootstrap", "127.0.0.1:1", "--command-config", impatient.toString()))
                .isEqualTo(1);
        says("cannot list topics: ", "broker");
    }

    @Test
    void shouldNameTheDeploymentsThereAreWhenAnotherIsAskedFor() {
        fails("verify", "--deployment", "other");
        says("there is no deployment other here", "--deployment is one of [demo]");
    }

    @Test
    void shouldNameTheSourcesThereAreWhenAnotherIsAskedFor() {
        fails("run", "--source", "tokens");
        says("--source tokens is not known", "allowed: features, activations");
    }

    @Test
    void shouldNameTheDirectoryWhenItHoldsNoLog() {
        assertThat(command("verify", "--dir", dir.toString())).isEqualTo(1);
        says(dir + " holds no broker's data", "--dir");
    }

    @ParameterizedTest
    @ValueSource(strings = {"run", "verify"})
    void shouldExitWithTwoWhenNobodySaysWhereTheLogIsOrSaysItTwice(String verb) {
        assertThat(command(verb)).isEqualTo(2);
        says("--dir", "--bootstrap");
        err.getBuffer().setLength(0);
        assertThat(command(verb, "--dir", "a", "--bootstrap", "b:1")).isEqualTo(2);
        says("--dir", "--bootstrap");
    }

    /** The control: digests without traffic behind them are no proof of anything, and the exit code says so. */
    @Test
    void shouldExitWithOneAndCountNothingEqualWhenTheTrafficIsGone() {
        assertThat(command("verify", "--bootstrap", broker.bootstrap())).isEqualTo(1);
        assertThat(out.toString()).contains("DIFFERENT: ");
    }

    private void fails(String verb, String... more) {
        List<String> args = new ArrayList<>(List.of("--bootstrap", broker.bootstrap()));
        args.addAll(List.of(more));
        assertThat(command(verb, args.toArray(String[]::new))).isEqualTo(1);
    }

    private int command(String verb, String... args) {
        List<String> all = new ArrayList<>(List.of("replay", verb));
        all.addAll(List.of(args));
        return SeismoCommand.commandLine(new PrintWriter(out, true), new PrintWriter(err, true))
                .execute(all.toArray(String[]::new));
    }

    /** One line of what went wrong, at most one of what to do; no result beside it. */
    private void says(String... words) {
        List<String> lines = err.toString().lines().toList();
        assertThat(lines).as("%s", err).hasSizeBetween(1, 2);
        assertThat(lines.get(0)).startsWith("seismo: ").doesNotContain("Exception");
        if (lines.size() > 1) {
            assertThat(lines.get(1)).startsWith("  ").doesNotContain("--debug");
        }
        assertThat(err.toString()).contains(words);
        assertThat(out.toString()).isEmpty();
    }
}
