package io.seismo.topology;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.StreamsConfig;

/**
 * Production settings of both applications, in one documented place.
 *
 * <p>Precedence, last wins: these defaults; the client properties of {@code --command-config} (TLS, SASL, anything
 * Kafka knows); what {@link #with} sets.
 *
 * <ul>
 *   <li>Exactly-once v2 with commits each 200 ms: half of that is added to the median breach latency. Streams' default
 *       of 100 ms costs a tenth of the throughput (decision 0007).
 *   <li>Session timeout 6 s: how long a partition stands still after {@code kill -9}.
 *   <li>200 buffered records a partition: the default of 1,000 would hold 98 MB of 96 KiB frames in every task.
 *   <li>Polls of 10 ms: a thread with nothing to read looks at its commit interval only after a poll, so Streams' default
 *       of 100 ms would double the interval of a quiet role, and WATCH is quiet between panes.
 *   <li>Linger 5 ms: 0 turns pane closings into thousands of small requests; Streams' default of 100 ms adds 100 ms.
 * </ul>
 */
public final class StreamsSettings {

    /** Milliseconds between commits, unless the client properties say otherwise. */
    public static final int COMMIT_MS = 200;

    private final Map<String, Object> settings = new HashMap<>();

    private StreamsSettings() {}

    /**
     * Defaults for one role.
     *
     * @param applicationId {@code seismo-<deployment>-<role>-g<generation>}
     * @param bootstrap brokers
     * @param stateDir directory of the local stores
     */
    public static StreamsSettings of(String applicationId, String bootstrap, Path stateDir) {
        StreamsSettings result = new StreamsSettings();
        Map<String, Object> s = result.settings;
        s.put(StreamsConfig.APPLICATION_ID_CONFIG, applicationId);
        s.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
        s.put(StreamsConfig.STATE_DIR_CONFIG, stateDir.toString());
        s.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        s.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, COMMIT_MS);
        s.put(StreamsConfig.POLL_MS_CONFIG, 10);
        s.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, 1);
        s.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 64L << 20);
        s.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, RocksDbBounds.class);
        s.put(StreamsConfig.BUFFERED_RECORDS_PER_PARTITION_CONFIG, 200);
        s.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, -1);
        s.put(StreamsConfig.TOPOLOGY_OPTIMIZATION_CONFIG, StreamsConfig.NO_OPTIMIZATION);
        s.put(StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
        s.put(StreamsConfig.consumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG), 6_000);
        s.put(StreamsConfig.consumerPrefix(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG), 2_000);
        s.put(StreamsConfig.consumerPrefix(ConsumerConfig.MAX_POLL_RECORDS_CONFIG), 200);
        s.put(StreamsConfig.consumerPrefix(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG), 8 << 20);
        s.put(StreamsConfig.consumerPrefix(ConsumerConfig.RECEIVE_BUFFER_CONFIG), 1 << 20);
        s.put(StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG), 5);
        s.put(StreamsConfig.producerPrefix(ProducerConfig.BATCH_SIZE_CONFIG), 256 << 10);
        s.put(StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG), 2 << 20);
        s.put(StreamsConfig.producerPrefix(ProducerConfig.ACKS_CONFIG), "all");
        return result;
    }

    /** Stream threads of the role. */
    public StreamsSettings threads(int threads) {
        return with(StreamsConfig.NUM_STREAM_THREADS_CONFIG, threads);
    }

    /** Sets or overrides one property. */
    public StreamsSettings with(String key, Object value) {
        settings.put(key, value);
        return this;
    }

    /** Overrides many. */
    public StreamsSettings with(Map<String, ?> overrides) {
        settings.putAll(overrides);
        return this;
    }

    /** All properties. */
    public Map<String, Object> toMap() {
        return Map.copyOf(settings);
    }
}
