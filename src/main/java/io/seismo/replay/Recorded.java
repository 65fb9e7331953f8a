package io.seismo.replay;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Parser;
import io.seismo.spec.TopicNames;
import io.seismo.wire.AlertCore;
import io.seismo.wire.AlertTransition;
import io.seismo.wire.PaneDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * What was live: digests and alert cores by pane and watch partition.
 *
 * @param digests by place
 * @param alerts cores of the transitions of each place, in order
 */
record Recorded(SortedMap<Place, PaneDigest> digests, SortedMap<Place, List<AlertCore>> alerts) {

    /** Panes first to last, both inclusive. */
    record Range(long first, long last) {
        boolean holds(long pane) {
            return pane >= first && pane <= last;
        }
    }

    /** Reads what both topics say of the panes in a range. */
    static Recorded read(Map<String, Object> client, TopicNames topics, int watchPartitions, Range range) {
        SortedMap<Place, PaneDigest> digests = new TreeMap<>();
        SortedMap<Place, List<AlertCore>> alerts = new TreeMap<>();
        for (int w = 0; w < watchPartitions; w++) {
            each(client, new TopicPartition(topics.paneDigests(), w), PaneDigest.parser(), digest -> {
                if (range.holds(digest.getPane())) {
                    digests.put(new Place(digest.getPane(), digest.getWatchPartition()), digest);
                }
            });
        }
        for (int p = 0; p < Partitions.count(client, topics.alertLog()); p++) {
            each(client, new TopicPartition(topics.alertLog(), p), AlertTransition.parser(), moved -> {
                if (range.holds(moved.getCore().getPane())) {
                    Place place = new Place(moved.getCore().getPane(), moved.getWatchPartition());
                    alerts.computeIfAbsent(place, key -> new ArrayList<>()).add(moved.getCore());
                }
            });
        }
        return new Recorded(digests, alerts);
    }

    /** Hands every message of a partition to a reader. */
    static <M> void each(Map<String, Object> client, TopicPartition partition, Parser<M> parser, Consumer<M> reader) {
        try (PartitionLog log = new PartitionLog(client, partition.topic(), partition.partition())) {
            while (log.hasNext()) {
                reader.accept(parsed(log.next(), parser));
            }
        }
    }

    private static <M> M parsed(ConsumerRecord<byte[], byte[]> record, Parser<M> parser) {
        try {
            return parser.parseFrom(record.value());
        } catch (InvalidProtocolBufferException e) {
            throw new ReplayException(
                    record.topic() + "-" + record.partition() + " offset " + record.offset()
                            + " is damaged or not a message of Seismo",
                    e);
        }
    }
}
