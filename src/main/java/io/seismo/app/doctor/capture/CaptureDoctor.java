package io.seismo.app.doctor.capture;

import io.seismo.app.cli.Cluster;
import io.seismo.app.cli.CommandFailure;
import io.seismo.app.cli.Output;
import io.seismo.app.cli.Progress;
import io.seismo.app.cli.StopSignal;
import io.seismo.app.doctor.Finding;
import io.seismo.app.live.EncoderShelf;
import io.seismo.contrast.FrameRecords;
import io.seismo.encoder.Encoder;
import io.seismo.encoder.EncoderException;
import io.seismo.encoder.onnx.OnnxEncoders;
import io.seismo.spec.MonitorPlan;
import io.seismo.spec.TapPlan.EncoderPlan;
import io.seismo.spec.TopicNames;
import io.seismo.weights.Decoder;
import io.seismo.weights.EncoderWeights;
import io.seismo.weights.WeightLoader;
import io.seismo.weights.WeightsException;
import io.seismo.wire.Dtype;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/** Reads what a capture writes, from a topic for a while or from a file, and says what is wrong with it. */
public final class CaptureDoctor {

    private static final Duration POLL = Duration.ofMillis(200);

    private final MonitorPlan plan;
    private final Output output;

    public CaptureDoctor(MonitorPlan plan, Output output) {
        this.plan = plan;
        this.output = output;
    }

    /** Reads a file of frames to its end. */
    public List<Finding> file(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new CommandFailure("no file " + file, "Give frames kept in a file: .frames or .bin.");
        }
        CaptureVisit visit = visit();
        try (Progress progress = output.progress(
                "reading " + file.getFileName(), "bytes", file.toFile().length())) {
            FrameRecords.each(file, (value, at) -> {
                visit.take(-1, -1, value);
                progress.to(at);
                return true;
            });
        } catch (WeightsException e) {
            throw new CommandFailure(e.problem(), e.remedy(), e);
        }
        return visit.findings(this::fit);
    }

    /** Reads the topic from now on, for some seconds or until the process is asked to stop. */
    public List<Finding> topic(Map<String, Object> client, int seconds, StopSignal stop) {
        CaptureVisit visit = visit();
        String topic = new TopicNames(plan.deployment()).activations();
        Map<String, Object> settings = new HashMap<>(client);
        settings.remove(ConsumerConfig.GROUP_ID_CONFIG);
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        settings.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, Cluster.TIMEOUT_MS);
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = partitions(consumer, topic);
            consumer.assign(partitions);
            consumer.seekToEnd(partitions);
            partitions.forEach(consumer::position);
            listen(consumer, visit, seconds, stop);
        } catch (org.apache.kafka.common.errors.TimeoutException silence) {
            throw Cluster.silence("read " + topic, silence);
        } catch (KafkaException failure) {
            throw new CommandFailure("cannot read " + topic + ": " + failure.getMessage(), "", failure);
        }
        return visit.findings(this::fit);
    }

    private void listen(KafkaConsumer<byte[], byte[]> consumer, CaptureVisit visit, int seconds, StopSignal stop) {
        long start = System.nanoTime();
        try (Progress progress = output.progress("listening", "s", seconds)) {
            long passed = 0;
            while (passed < seconds && !stop.asked()) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    visit.take(record.partition(), record.timestamp(), record.value());
                }
                passed = Duration.ofNanos(System.nanoTime() - start).toSeconds();
                progress.to(passed);
            }
        }
        output.say(String.format(Locale.ROOT, "%,d records of activations", visit.records()));
    }

    private static List<TopicPartition> partitions(KafkaConsumer<byte[], byte[]> consumer, String topic) {
        List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                .map(info -> new TopicPartition(topic, info.partition()))
                .toList();
        if (partitions.isEmpty()) {
            throw new CommandFailure("there is no topic " + topic, "'seismo topics create' makes it.");
        }
        return partitions;
    }

    private CaptureVisit visit() {
        try (EncoderShelf shelf = new EncoderShelf()) {
            return new CaptureVisit(plan, shelf.canaries(plan));
        } catch (EncoderException e) {
            throw new CommandFailure(String.valueOf(e.getMessage()), "", e);
        }
    }

    /** The first SAE of a tap that has a decoder, on rows that were sampled. */
    private @Nullable Fit fit(RowSample sample) {
        if (sample.rows().rows() == 0) {
            return null;
        }
        for (EncoderPlan encoder : sample.tap().encoders()) {
            Decoder decoder = encoder.probe()
                    ? null
                    : WeightLoader.decoder(encoder.location()).orElse(null);
            if (decoder != null) {
                EncoderWeights weights = WeightLoader.load(encoder.location());
                try (Encoder open = OnnxEncoders.open(weights, List.of(), true, Dtype.DTYPE_F32)) {
                    double l0 = WeightLoader.facts(encoder.location()).l0();
                    return new FitMeasure(weights, decoder, open).of(encoder.name(), sample.rows(), l0);
                }
            }
        }
        return null;
    }
}
