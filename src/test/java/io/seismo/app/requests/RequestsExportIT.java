package io.seismo.app.requests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import io.seismo.app.SeismoCommand;
import io.seismo.app.broker.EmbeddedBroker;
import io.seismo.app.cli.CommandFailure;
import io.seismo.app.cli.Deployment;
import io.seismo.app.cli.SpecFiles;
import io.seismo.app.cli.StopSignal;
import io.seismo.app.doctor.Topics;
import io.seismo.contrast.Batch;
import io.seismo.contrast.RequestFile;
import io.seismo.contrast.RowSelection;
import io.seismo.spec.MonitorPlan;
import io.seismo.spec.TopicNames;
import io.seismo.weights.load.WeightCatalog;
import io.seismo.wire.ActivationRecord;
import io.seismo.wire.Dtype;
import io.seismo.wire.End;
import io.seismo.wire.Frame;
import io.seismo.wire.Segment;
import io.seismo.wire.Tensor;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code seismo requests export} on a real broker: what comes out is what {@code features rank} reads. */
class RequestsExportIT {

    private static final long START = Instant.parse("2025-11-24T16:00:00Z").toEpochMilli();
    private static final int REQUESTS = 12;

    @TempDir
    private static Path home;

    private static EmbeddedBroker broker;
    private static MonitorPlan plan;

    @TempDir
    private Path dir;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeAll
    static void fill() throws Exception {
        broker = EmbeddedBroker.start(new EmbeddedBroker.Settings(home, 0, Duration.ofDays(3650)));
        plan = deployment().plan();
        Map<String, Object> client = Map.of("bootstrap.servers", broker.bootstrap());
        Topics.create(client, plan);
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(client, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (int i = 0; i < REQUESTS; i++) {
                // Two frames a request, ten seconds apart; two requests share each frame.
                for (int part = 0; part < 2; part++) {
                    send(producer, i % 2, frame(i, part));
                }
            }
            send(producer, 0, ActivationRecord.newBuilder().setSchemaVersion(7).build());
        }
    }

    private static Deployment deployment() throws IOException {
        return Deployment.of("monitor.yaml", SpecFiles.packaged(), new WeightCatalog());
    }

    private static ActivationRecord frame(int i, int part) {
        int dIn = plan.taps().get(0).dIn();
        byte[] rows = new byte[4 * dIn * Short.BYTES];
        for (int b = 0; b < rows.length; b += 2) {
            rows[b] = (byte) (i + b % 7);
            rows[b + 1] = 0x3f;
        }
        CRC32C crc = new CRC32C();
        crc.update(rows);
        Frame.Builder frame = Frame.newBuilder()
                .setSourceId("s-" + i % 2)
                .setSourceEpoch(1)
                .setSourceSeq(1 + i / 2 * 2 + part)
                .setTimestampMs(START + 60_000L * i + 10_000L * part)
                .setModel(plan.model())
                .setRevision(plan.revision())
                .addTensors(Tensor.newBuilder()
                        .setHook(plan.taps().get(0).hook())
                        .setDtype(Dtype.DTYPE_BF16)
                        .addShape(4)
                        .addShape(dIn)
                        .setData(ByteString.copyFrom(rows))
                        .setCrc32C((int) crc.getValue()));
        for (String name : List.of("r-" + i, "other-" + i)) {
            Segment.Builder segment = Segment.newBuilder()
                    .setRequestId(name)
                    .setStartPosition(2 * part)
                    .setRows(2)
                    .addTokenText("a")
                    .addTokenText("b");
            if (part == 1) {
                segment.setEnd(End.newBuilder().setRowsExpected(4));
            }
            frame.addSegments(segment);
        }
        return ActivationRecord.newBuilder().setSchemaVersion(1).setFrame(frame).build();
    }

    private static void send(KafkaProducer<byte[], byte[]> producer, int partition, ActivationRecord record)
            throws Exception {
        String topic = new TopicNames(plan.deployment()).activations();
        producer.send(new ProducerRecord<>(topic, partition, null, record.toByteArray()))
                .get();
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    private int run(String... more) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        String[] common = {"requests", "export", "--bootstrap", broker.bootstrap(), "--json"};
        return SeismoCommand.commandLine(new PrintWriter(out, true), new PrintWriter(err, true))
                .execute(Stream.concat(Stream.of(common), Stream.of(more)).toArray(String[]::new));
    }

    private JsonNode json() throws IOException {
        return new ObjectMapper().readTree(out.toString());
    }

    private static List<Batch.Part> parts(Path file) {
        List<Batch.Part> parts = new ArrayList<>();
        RequestFile.open(file, new RowSelection("", true, false, 0)).read(batch -> parts.addAll(batch.parts()));
        return parts;
    }

    private static Set<String> names(Path file) {
        Set<String> names = new LinkedHashSet<>();
        parts(file).forEach(part -> names.add(part.request()));
        return names;
    }

    @Test
    void shouldWriteWholeRequestsThatBeginInTheRange() throws IOException {
        Path file = dir.resolve("some.frames");
        assertThat(run("--out", file.toString(), "--from", at(2), "--to", at(5)))
                .as(err.toString())
                .isZero();

        assertThat(names(file)).containsExactlyInAnyOrder("r-2", "other-2", "r-3", "other-3", "r-4", "other-4");
        assertThat(parts(file).stream().filter(Batch.Part::ends)).hasSize(6);
        assertThat(json().at("/requests").asInt()).isEqualTo(6);
        assertThat(json().at("/ended").asInt()).isEqualTo(6);
        assertThat(json().at("/rows").asInt()).isEqualTo(24);
        assertThat(json().at("/bytes").asLong()).isLessThan(Files.size(file)).isGreaterThan(24L * 384 * 2);
        try (Stream<Path> left = Files.list(dir)) {
            assertThat(left).containsExactly(file);
        }
    }

    @Test
    void shouldGiveTheSameFileTwiceAndTellOfWhatItLeftOut() throws IOException {
        Path one = dir.resolve("one.frames");
        Path other = dir.resolve("other.frames");
        assertThat(run("--out", one.toString())).isZero();
        assertThat(json().at("/left_out/schema_version").asInt()).isEqualTo(1);
        assertThat(err.toString()).contains("left out, by reason");
        assertThat(run("--out", other.toString())).isZero();

        assertThat(other).hasSameBinaryContentAs(one);
        assertThat(names(one)).hasSize(2 * REQUESTS);
    }

    @Test
    void shouldCutNamedRequestsOutOfTheirFramesWithoutTheirTexts() throws IOException {
        Path file = dir.resolve("named.frames");
        assertThat(run("--out", file.toString(), "--request", "r-3,other-8", "--no-text"))
                .isZero();

        assertThat(names(file)).containsExactlyInAnyOrder("r-3", "other-8");
        assertThat(parts(file)).allMatch(part -> part.tokens().isEmpty());
        assertThat(json().at("/rows").asInt()).isEqualTo(8);
    }

    @Test
    void shouldStopAtItsBoundWithWhatHasBegunComplete() throws IOException {
        Path file = dir.resolve("small.frames");
        assertThat(run("--out", file.toString(), "--max-bytes", "5000")).isZero();

        assertThat(json().at("/full_at_ms").asLong()).isPositive();
        assertThat(json().at("/requests").asInt()).isEqualTo(json().at("/ended").asInt()).isBetween(2, 6);
        assertThat(err.toString()).contains("requests are missing");
    }

    @Test
    void shouldLeaveNoFileWhenNothingIsWanted() throws IOException {
        Path file = dir.resolve("none.frames");
        assertThat(run("--out", file.toString(), "--request", "nobody")).isEqualTo(1);
        assertThat(err.toString()).contains("no request begins there");
        assertThat(run("--out", dir.resolve("x.bin").toString())).isEqualTo(1);
        assertThat(err.toString()).contains("does not end in .frames");
        assertThat(run("--out", file.toString(), "--from", at(5), "--to", at(5)))
                .isEqualTo(1);
        assertThat(run("--out", file.toString(), "--share", "0")).isEqualTo(1);
        assertThat(run("--out", file.toString(), "--hook", "elsewhere")).isEqualTo(1);
        assertThat(err.toString()).contains("hooks_split");
        try (Stream<Path> left = Files.list(dir)) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void shouldLeaveNoFileWhenItIsToldToStop() throws IOException {
        RequestsExportCommand command = new RequestsExportCommand();
        new CommandLine(command)
                .parseArgs(
                        "--bootstrap",
                        broker.bootstrap(),
                        "--out",
                        dir.resolve("cut.frames").toString());
        try (StopSignal stop = StopSignal.install()) {
            stop.stop();
            assertThatThrownBy(() -> command.export(Map.of("bootstrap.servers", broker.bootstrap()), stop))
                    .isInstanceOf(CommandFailure.class)
                    .hasMessageContaining("nothing was written");
        }
        try (Stream<Path> left = Files.list(dir)) {
            assertThat(left).isEmpty();
        }
    }

    private static String at(int request) {
        return Instant.ofEpochMilli(START + 60_000L * request).toString();
    }
}
