package io.seismo.topology;

import com.google.protobuf.MessageLite;
import io.seismo.activation.Loaded;
import io.seismo.spec.Plans;
import io.seismo.spec.TopicNames;
import io.seismo.wire.AlertTransition;
import io.seismo.wire.PanePartial;
import io.seismo.wire.Snapshot;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.IntegerSerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.StreamPartitioner;

/**
 * The two graphs. Their shape is the same for every spec; see the goldens in {@code topology/}.
 */
public final class SeismoTopologies {

    private SeismoTopologies() {}

    /**
     * ENCODE with SCORE chained in the same task.
     *
     * @param plans of all epochs
     * @param loaded encoders and recordings of a plan; shared by the stream threads, closed by the caller
     */
    public static Topology encode(Plans plans, Loaded loaded, RoleMetrics metrics) {
        TopicNames topics = new TopicNames(plans.newest().deployment());
        Topology topology = new Topology();
        topology.addSource(
                Names.ACTIVATIONS_SOURCE,
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer(),
                topics.activations());
        topology.addProcessor(
                Names.ENCODE,
                () -> new EncodeProcessor(
                        plans, Loaded.of(loaded.andThen(metrics::timed), loaded::canaries, loaded::done), metrics),
                Names.ACTIVATIONS_SOURCE);
        addNumberedSink(topology, Names.FEATURES_SINK, topics.features(), Names.ENCODE);
        topology.addProcessor(Names.SCORE, () -> new ScoreProcessor(plans, metrics), Names.ENCODE);
        // SCORE reads the gate's store for its hourly snapshots.
        topology.addStateStore(StateStores.builder(Names.GATE_STORE), Names.ENCODE, Names.SCORE);
        for (String store : new String[] {Names.OPEN_REQUESTS_STORE, Names.OPEN_PANES_STORE, Names.SOURCES_STORE}) {
            topology.addStateStore(StateStores.builder(store), Names.SCORE);
        }
        addKeyedSink(topology, Names.REQUEST_SCORES_SINK, topics.requestScores(), Names.SCORE);
        addKeyedSink(topology, Names.BREACHES_SINK, topics.breaches(), Names.SCORE);
        addNumberedSink(topology, Names.PANE_PARTIALS_SINK, topics.panePartials(), Names.SCORE);
        addSnapshotSink(topology, Names.SCORE_SNAPSHOTS_SINK, topics.snapshots(), Names.SCORE);
        return topology;
    }

    /** WATCH. */
    public static Topology watch(Plans plans, RoleMetrics metrics) {
        TopicNames topics = new TopicNames(plans.newest().deployment());
        Topology topology = new Topology();
        topology.addSource(
                Names.PANE_PARTIALS_SOURCE,
                new ByteArrayDeserializer(),
                new ProtoDeserializer<>(PanePartial.parser()),
                topics.panePartials());
        topology.addProcessor(Names.WATCH, () -> new WatchProcessor(plans, metrics), Names.PANE_PARTIALS_SOURCE);
        topology.addStateStore(StateStores.builder(Names.WATCH_STORE), Names.WATCH);
        addAlertSink(topology, Names.ALERT_LOG_SINK, topics.alertLog());
        addAlertSink(topology, Names.ALERTS_SINK, topics.alerts());
        addNumberedSink(topology, Names.PANE_DIGESTS_SINK, topics.paneDigests(), Names.WATCH);
        addSnapshotSink(topology, Names.WATCH_SNAPSHOTS_SINK, topics.snapshots(), Names.WATCH);
        return topology;
    }

    /** A sink whose key is the partition to write to. */
    private static void addNumberedSink(Topology topology, String name, String topic, String parent) {
        StreamPartitioner<Integer, MessageLite> byNumber = (to, key, value, count) -> Optional.of(Set.of(key));
        topology.addSink(name, topic, new IntegerSerializer(), new ProtoSerializer<MessageLite>(), byNumber, parent);
    }

    /** A sink partitioned by a hash of its key. */
    private static void addKeyedSink(Topology topology, String name, String topic, String parent) {
        topology.addSink(name, topic, new StringSerializer(), new ProtoSerializer<MessageLite>(), parent);
    }

    /** A sink of transitions, keyed by fingerprint, in the watch partition's own partition: the log keeps its order. */
    private static void addAlertSink(Topology topology, String name, String topic) {
        StreamPartitioner<String, AlertTransition> byWatchPartition =
                (to, key, transition, count) -> Optional.of(Set.of(transition.getWatchPartition()));
        topology.addSink(
                name,
                topic,
                new StringSerializer(),
                new ProtoSerializer<AlertTransition>(),
                byWatchPartition,
                Names.WATCH);
    }

    private static void addSnapshotSink(Topology topology, String name, String topic, String parent) {
        StreamPartitioner<String, Snapshot> byPartition =
                (to, key, snapshot, count) -> Optional.of(Set.of(snapshot.getPartition() % count));
        topology.addSink(name, topic, new StringSerializer(), new ProtoSerializer<Snapshot>(), byPartition, parent);
    }
}
