package io.seismo.app.doctor.capture;

import static org.assertj.core.api.Assertions.assertThat;

import io.seismo.app.SeismoCommand;
import io.seismo.app.broker.EmbeddedBroker;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code seismo doctor --capture} on a real broker, and {@code --frames} on a file. */
class CaptureDoctorIT {

    private static final String SPEC = """
            seismo: 1
            deployment: test
            model: { name: tiny, revision: r1 }
            taps:
              mid: { hook: blocks.3.resid_post, d_in: 16, dtype: bf16, skip: [special, padding, first] }
            encoders:
              lr: { probe: probe.npz, tap: mid }
            watch:
              bridge: { read: lr, severity: info }
            canaries:
              greeting: { recorded: GREETING }
            detectors:
              rate: { watch: "*", method: cusum, false_pages_per_week: 1 }
              integrity: { source: canary, method: match, false_pages_per_week: 0.1 }
            alerts:
              Spike: { from: [rate] }
              CaptureIntegrity: { from: [integrity], severity: page }
            partitions: { activations: 2, watch: 1 }
            """;

    @TempDir
    private Path dir;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void shouldSayWhatIsWrongOnATopicAndStopByItself() throws Exception {
        Path spec = spec();
        Stream shifted = new Stream(dir).requests();
        shifted.canary(shifted.recorded(Stream.NEIGHBOUR));
        try (EmbeddedBroker broker = EmbeddedBroker.start(EmbeddedBroker.Settings.TEMPORARY);
                Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrap()))) {
            String topic = "seismo.test.activations";
            admin.createTopics(List.of(new NewTopic(topic, 2, (short) 1))).all().get();
            int rc = whileSending(
                    broker.bootstrap(),
                    topic,
                    shifted,
                    () -> run(
                            "doctor",
                            "--bootstrap",
                            broker.bootstrap(),
                            "--spec",
                            spec.toString(),
                            "--capture",
                            "6",
                            "--json"));
            assertThat(rc).as("%s%n%s", out, err).isEqualTo(1);
            assertThat(out.toString())
                    .contains("\"check\":\"layer\"", "are those of " + Stream.NEIGHBOUR, "\"ok\":false")
                    .contains("each in one of 2 partitions");
            assertThat(run("doctor", "--bootstrap", broker.bootstrap(), "--spec", spec.toString(), "--capture", "1"))
                    .as("nothing comes any more")
                    .isEqualTo(1);
            assertThat(out.toString()).contains("fail    frames: none came");
        }
    }

    @Test
    void shouldReadAFileAndRefuseWhatIsNone() throws Exception {
        Path spec = spec();
        Stream sound = new Stream(dir).requests();
        sound.canary(sound.recorded(Stream.HOOK));
        Path file = Files.write(dir.resolve("captured.frames"), sound.file());
        assertThat(run("doctor", "--frames", file.toString(), "--spec", spec.toString()))
                .as("%s%n%s", out, err)
                .isZero();
        assertThat(out.toString()).contains("ok      canary: 1 segments of canaries are as recorded", "sound");
        Files.write(file, java.util.Arrays.copyOf(sound.file(), 500));
        assertThat(run("doctor", "--frames", file.toString(), "--spec", spec.toString()))
                .isEqualTo(1);
        assertThat(err.toString()).contains("the last record is cut off");
        assertThat(run("doctor", "--frames", "nowhere.frames", "--spec", spec.toString()))
                .isEqualTo(1);
        assertThat(run("doctor", "--capture", "5", "--spec", spec.toString())).isEqualTo(2);
        assertThat(err.toString()).contains("Missing required option: '--bootstrap=HOST:PORT'");
        assertThat(run("doctor", "--bootstrap", "localhost:1", "--capture", "0"))
                .isEqualTo(2);
    }

    private Path spec() throws Exception {
        new Stream(dir);
        Path probe = dir.resolve("probe.safetensors");
        new io.seismo.weights.SafetensorsWriter()
                .add("weight", io.seismo.weights.TensorType.F32, new float[16], 16)
                .write(probe);
        return Files.writeString(
                dir.resolve("monitor.yaml"),
                SPEC.replace("probe.npz", probe.toString())
                        .replace("GREETING", dir.resolve("greeting.safetensors").toString()));
    }

    private interface Asking {
        int run();
    }

    /** Sends the stream again and again, as nobody can know when the command has begun to listen. */
    private static int whileSending(String bootstrap, String topic, Stream stream, Asking asking) throws Exception {
        AtomicBoolean done = new AtomicBoolean();
        Thread sender = new Thread(() -> {
            try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                    Map.of("bootstrap.servers", bootstrap), new ByteArraySerializer(), new ByteArraySerializer())) {
                while (!done.get()) {
                    for (Stream.Sent one : stream.sent) {
                        producer.send(new ProducerRecord<>(
                                topic,
                                one.partition(),
                                one.stampMs(),
                                null,
                                one.record().toByteArray()));
                    }
                    producer.flush();
                }
            }
        });
        sender.start();
        try {
            return asking.run();
        } finally {
            done.set(true);
            sender.join();
        }
    }

    private int run(String... args) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        return SeismoCommand.commandLine(new PrintWriter(out, true), new PrintWriter(err, true))
                .execute(args);
    }
}
