package io.seismo.bench;

import io.seismo.spec.MonitorPlan;
import io.seismo.spec.TopicNames;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Fills a topic: requests of two frames each in turn on the partitions, a tick and a heartbeat every 50 frames. */
final class PipelineLoad {

    /** Frames of a request. */
    static final int CHUNKS = 2;

    private static final int FRAMES_A_TICK = 50;
    private static final long START_MS = 1_760_000_000_000L;

    private PipelineLoad() {}

    /** Writes that many frames and returns when the broker has them. */
    static void fill(BenchCluster cluster, MonitorPlan plan, BenchTraffic traffic, int frames) {
        String topic = new TopicNames(plan.deployment()).activations();
        int partitions = plan.shape().partitions();
        try (KafkaProducer<byte[], byte[]> producer = cluster.producer(5)) {
            long time = START_MS;
            for (int i = 0; i < frames; i++) {
                if (i % FRAMES_A_TICK == 0) {
                    for (int p = 0; p < partitions; p++) {
                        producer.send(new ProducerRecord<>(topic, p, null, BenchTraffic.tick(time)));
                        producer.send(new ProducerRecord<>(topic, p, null, traffic.heartbeat(p, time)));
                    }
                    time += 1_000;
                }
                int request = i / CHUNKS;
                int chunk = i % CHUNKS;
                int partition = request % partitions;
                byte[] frame = traffic.frame(partition, time - 500, "request-" + request, chunk, chunk == CHUNKS - 1);
                producer.send(new ProducerRecord<>(topic, partition, null, frame));
            }
            producer.flush();
        }
    }
}
