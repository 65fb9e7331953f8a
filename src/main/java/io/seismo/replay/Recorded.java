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
 * What was live, as far as it is needed at once: what happened besides traffic, and the rare alerts. Digests are read again
 * when they are compared, see {@link DigestLane}.
 *
 * @param interventions what digests tell of closings by force
 * @param alerts cores of the transitions of each place, in order
 * @param lastPanes the last pane of the range that each watch partition had merged; those with none are absent
 */
record Recorded(
        Interventions interventions, SortedMap<Place, List<AlertCore>> alerts, SortedMap<Integer, Long> lastPanes) {

    /** Panes first to last, both inclusive. */
    record Range(long first, long last) {
        boolean holds(long pane) {
            return pane >= first && pane <= last;
        }

        /** This range, but no further than a pane. */
        Range until(long pane) {
            return new Range(first, Math.min(last, pane));
        }
    }

    /**
     * Reads what both topics say.
     *
     * @param replayed panes that a replay merges
     * @param compared panes among them that are compared
     */
    static Recorded read(
            Map<String, Object> client, TopicNames topics, int watchPartitions, Range replayed, Range compared) {
        Interventions interventions = new Interventions();
        SortedMap<Integer, Long> lastPanes = new TreeMap<>();
        for (int w = 0; w < watchPartitions; w++) {
            try (DigestLane lane = DigestLane.open(client, topics, w, replayed)) {
                while (lane.peek() != null) {
                    PaneDigest digest = lane.next();
                    interventions.note(digest);
                    if (compared.holds(digest.getPane())) {
                        lastPanes.merge(w, digest.getPane(), Math::max);
                    }
                }
            }
        }
        // After the digests: what a pane said is in the log when its digest is.
        return new Recorded(interventions, alerts(client, topics, compared), lastPanes);
    }

    private static SortedMap<Place, List<AlertCore>> alerts(
            Map<String, Object> client, TopicNames topics, Range compared) {
        SortedMap<Place, List<AlertCore>> alerts = new TreeMap<>();
        for (int p = 0; p < Partitions.count(client, topics.alertLog()); p++) {
            each(client, new TopicPartition(topics.alertLog(), p), AlertTransition.parser(), moved -> {
                if (compared.holds(moved.getCore().getPane())) {
                    Place place = new Place(moved.getCore().getPane(), moved.getWatchPartition());
                    alerts.computeIfAbsent(place, key -> new ArrayList<>()).add(moved.getCore());
                }
            });
        }
        return alerts;
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
            throw damaged(record, e);
        }
    }

    static ReplayException damaged(ConsumerRecord<byte[], byte[]> record, InvalidProtocolBufferException cause) {
        return new ReplayException(
                record.topic() + "-" + record.partition() + " offset " + record.offset()
                        + " is damaged or not a message of Seismo",
                cause);
    }
}
