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
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * What was live: digests and alert cores by pane and watch partition.
 *
 * @param digests by place
 * @param alerts cores of the transitions of each place, in order
 */
record Recorded(SortedMap<Place, PaneDigest> digests, SortedMap<Place, List<AlertCore>> alerts) {

    /** Reads both topics from their beginning to their present end. */
    static Recorded read(Map<String, Object> client, TopicNames topics, int watchPartitions) {
        SortedMap<Place, PaneDigest> digests = new TreeMap<>();
        SortedMap<Place, List<AlertCore>> alerts = new TreeMap<>();
        for (int w = 0; w < watchPartitions; w++) {
            for (PaneDigest digest : messages(client, topics.paneDigests(), w, PaneDigest.parser())) {
                digests.put(new Place(digest.getPane(), digest.getWatchPartition()), digest);
            }
        }
        for (int p = 0; p < Partitions.count(client, topics.alertLog()); p++) {
            for (AlertTransition moved : messages(client, topics.alertLog(), p, AlertTransition.parser())) {
                Place place = new Place(moved.getCore().getPane(), moved.getWatchPartition());
                alerts.computeIfAbsent(place, key -> new ArrayList<>()).add(moved.getCore());
            }
        }
        return new Recorded(digests, alerts);
    }

    private static <M> List<M> messages(Map<String, Object> client, String topic, int partition, Parser<M> parser) {
        List<M> messages = new ArrayList<>();
        try (PartitionLog log = new PartitionLog(client, topic, partition)) {
            while (log.hasNext()) {
                ConsumerRecord<byte[], byte[]> record = log.next();
                try {
                    messages.add(parser.parseFrom(record.value()));
                } catch (InvalidProtocolBufferException e) {
                    throw new ReplayException(
                            topic + "-" + partition + " offset " + record.offset() + " is not a message of Seismo", e);
                }
            }
        }
        return messages;
    }
}
