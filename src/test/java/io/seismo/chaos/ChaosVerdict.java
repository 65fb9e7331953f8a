package io.seismo.chaos;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Parser;
import io.seismo.reference.PlanFixture;
import io.seismo.reference.ReferenceDigest;
import io.seismo.reference.Traffic;
import io.seismo.spec.MonitorPlan;
import io.seismo.wire.AlertTransition;
import io.seismo.wire.PaneDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Waits for the last pane and holds what is in the topics against the reference model. */
final class ChaosVerdict {

    private static final Duration LIMIT = Duration.ofMinutes(3);

    private final ChaosRun run;
    private final ReferenceDigest reference;

    ChaosVerdict(ChaosRun run, Traffic traffic) {
        this.run = run;
        MonitorPlan plan = PlanFixture.plan(ChaosRun.PARTITIONS, ChaosRun.WATCH_PARTITIONS);
        this.reference = ReferenceDigest.of(traffic.records(), plan, PlanFixture.encoders());
    }

    /** Number of pane digests that must be there. */
    int expected() {
        return reference.digests().size();
    }

    /** The first difference to the reference model, in words; empty when all is equal. */
    Optional<String> difference() throws Exception {
        List<PaneDigest> digests = new ArrayList<>();
        List<AlertTransition> moves = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
            long deadline = System.nanoTime() + LIMIT.toNanos();
            while (!lastPaneOfAll(digests) && System.nanoTime() < deadline) {
                run.requireAlive();
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
                    if (record.topic().equals(run.names().paneDigests())) {
                        digests.add(parse(PaneDigest.parser(), record));
                    } else {
                        moves.add(parse(AlertTransition.parser(), record));
                    }
                }
            }
            // What belongs to the last pane was committed with its digest.
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(500))) {
                if (record.topic().equals(run.names().alertLog())) {
                    moves.add(parse(AlertTransition.parser(), record));
                }
            }
        }
        return reference.difference(digests, moves);
    }

    private boolean lastPaneOfAll(List<PaneDigest> digests) {
        long last = reference.digests().lastKey().pane();
        return digests.stream()
                        .filter(digest -> digest.getPane() == last)
                        .map(PaneDigest::getWatchPartition)
                        .distinct()
                        .count()
                == ChaosRun.WATCH_PARTITIONS;
    }

    private KafkaConsumer<byte[], byte[]> consumer() {
        Map<String, Object> settings = new HashMap<>(run.client());
        settings.put("isolation.level", "read_committed");
        settings.put("auto.offset.reset", "earliest");
        KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        List<TopicPartition> all = new ArrayList<>();
        for (String topic : List.of(run.names().paneDigests(), run.names().alertLog())) {
            IntStream.range(0, ChaosRun.WATCH_PARTITIONS).forEach(w -> all.add(new TopicPartition(topic, w)));
        }
        consumer.assign(all);
        return consumer;
    }

    private static <M> M parse(Parser<M> parser, ConsumerRecord<byte[], byte[]> record)
            throws InvalidProtocolBufferException {
        return parser.parseFrom(record.value());
    }
}
