package io.seismo.bench;

import io.seismo.encoder.Encoder;
import io.seismo.encoder.onnx.BareRuntime;
import io.seismo.spec.MonitorPlan;
import io.seismo.spec.Plans;
import io.seismo.spec.Timing;
import io.seismo.spec.TopicNames;
import io.seismo.topology.RoleMetrics;
import io.seismo.topology.Runner;
import io.seismo.topology.SeismoTopologies;
import io.seismo.topology.StreamsSettings;
import io.seismo.wire.Breach;
import io.seismo.wire.PaneDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How long until a breach and a closed pane can be read, beside bare produce and consume. */
@Command(
        name = "latency",
        mixinStandardHelpOptions = true,
        description = "Breach and pane latency under moderate load, beside bare produce to consume.",
        footer = {
            "",
            "A frame of one request of 128 tokens at a time, at a fixed rate; about four requests in ten breach a cap.",
            "Breach latency: from the intended send time of the frame to the breach read by a read-committed consumer.",
            "Pane latency: from the tick that closes a pane to its digest read. The same frames also go through a bare",
            "topic of the same broker. Example: ./seismo bench latency --rate 5000 --seconds 30"
        })
final class LatencyBench implements Callable<Integer> {

    private static final String BARE = "seismo.bench-latency.bare";
    private static final long WARM_UP_NANOS = 10_000_000_000L;
    private static final long TICK_MS = 1_000;
    private static final int AIM_MS = 2 * StreamsSettings.COMMIT_MS + 100;

    @Mixin
    private Report report = new Report();

    @Option(names = "--rate", paramLabel = "TOKENS", defaultValue = "5000", description = "Tokens a second.")
    private int rate;

    private final MonitorPlan plan = BenchPlans.plan("bench-latency", new Timing(1_000, 500, 2_000), 3.1f);
    private final TopicNames names = new TopicNames(plan.deployment());
    private final Map<String, Long> requestNanos = new ConcurrentHashMap<>();
    private final Map<Long, Long> paneNanos = new ConcurrentHashMap<>();
    private final Map<String, Long> bareNanos = new ConcurrentHashMap<>();
    private final Samples breach = new Samples();
    private final Samples pane = new Samples();
    private final Samples bare = new Samples();
    private final List<Slow> slowest = new ArrayList<>();
    private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
    private volatile long measureFrom = Long.MAX_VALUE;
    private volatile boolean closed;

    @Override
    public Integer call() throws Exception {
        Map<String, Encoder> encoders = BenchPlans.encoders(BareRuntime.sae());
        try (BenchCluster cluster = new BenchCluster()) {
            cluster.createTopics(plan);
            cluster.createTopic(BARE, 2);
            try (Runner encode = new Runner(
                            "encode",
                            SeismoTopologies.encode(Plans.only(plan), any -> encoders, RoleMetrics.NONE),
                            cluster.settings(plan, "encode"));
                    Runner watch = new Runner(
                            "watch",
                            SeismoTopologies.watch(Plans.only(plan), RoleMetrics.NONE),
                            cluster.settings(plan, "watch"))) {
                watch.start();
                encode.start();
                encode.awaitRunning(Duration.ofSeconds(60));
                watch.awaitRunning(Duration.ofSeconds(60));
                measure(cluster);
            }
        }
        encoders.values().forEach(Encoder::close);
        figures();
        return report.done();
    }

    private void measure(BenchCluster cluster) throws Exception {
        Thread outputs = reader(cluster, List.of(names.breaches(), names.paneDigests()));
        Thread straight = reader(cluster, List.of(BARE));
        try (KafkaProducer<byte[], byte[]> producer = cluster.producer(0)) {
            long begin = System.nanoTime();
            measureFrom = begin + WARM_UP_NANOS;
            send(producer, begin, measureFrom + report.seconds(30) * 1_000_000_000L);
        }
        LockSupport.parkNanos(2_000_000_000L);
        closed = true;
        outputs.join();
        straight.join();
        Exception failed = failure.get();
        if (failed != null) {
            throw failed;
        }
    }

    private void send(KafkaProducer<byte[], byte[]> producer, long begin, long end) {
        BenchTraffic traffic = new BenchTraffic(2);
        long gap = BenchTraffic.ROWS * 1_000_000_000L / rate;
        long nextTick = Math.floorDiv(System.currentTimeMillis(), TICK_MS) * TICK_MS + 500;
        tick(producer, nextTick - TICK_MS);
        for (long i = 0, due = begin; due < end; i++, due = begin + i * gap) {
            while (System.nanoTime() < due) {
                if (System.currentTimeMillis() >= nextTick) {
                    tick(producer, nextTick);
                    nextTick += TICK_MS;
                }
                LockSupport.parkNanos(Math.min(1_000_000, Math.max(1, due - System.nanoTime())));
            }
            int partition = (int) (i % 2);
            String request = "request-" + i;
            byte[] frame = traffic.frame(partition, System.currentTimeMillis(), request, 0, true);
            requestNanos.put(request, due);
            producer.send(new ProducerRecord<>(names.activations(), partition, null, frame));
            bareNanos.put(request, System.nanoTime());
            producer.send(new ProducerRecord<>(BARE, partition, request.getBytes(), frame));
        }
    }

    private void tick(KafkaProducer<byte[], byte[]> producer, long timeMs) {
        long closes = plan.timing().pane(timeMs - plan.timing().graceMs()) - 1;
        paneNanos.put(closes, System.nanoTime());
        for (int p = 0; p < plan.shape().partitions(); p++) {
            producer.send(new ProducerRecord<>(names.activations(), p, null, BenchTraffic.tick(timeMs)));
        }
    }

    private Thread reader(BenchCluster cluster, List<String> topics) {
        KafkaConsumer<byte[], byte[]> consumer = cluster.consumer(topics, false);
        Thread thread = new Thread(
                () -> {
                    try (consumer) {
                        while (!closed) {
                            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
                                book(record, System.nanoTime());
                            }
                        }
                    } catch (Exception e) {
                        failure.set(e);
                    }
                },
                "bench-reader");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private void book(ConsumerRecord<byte[], byte[]> record, long now) throws Exception {
        if (record.topic().equals(BARE)) {
            take(bare, bareNanos.get(new String(record.key())), now);
        } else if (record.topic().equals(names.breaches())) {
            take(breach, requestNanos.get(Breach.parseFrom(record.value()).getRequestId()), now);
        } else {
            Long closed = paneNanos.get(PaneDigest.parseFrom(record.value()).getPane());
            take(pane, closed, now);
            if (closed != null && closed >= measureFrom) {
                slowest.add(new Slow((closed - measureFrom) / 1e9, (now - closed) / 1e6));
            }
        }
    }

    private void take(Samples samples, @Nullable Long from, long now) {
        if (from != null && from >= measureFrom) {
            samples.add((now - from) / 1e6);
        }
    }

    /**
     * A pane that came late, and when: slow ones that are neighbours waited for the same thing.
     *
     * @param seconds of the run at its tick
     * @param millis until its digest was read
     */
    private record Slow(double seconds, double millis) {}

    private void figures() {
        if (breach.size() == 0 || pane.size() == 0) {
            throw new IllegalStateException(
                    breach.size() + " breaches and " + pane.size() + " panes were read: no figure");
        }
        for (double share : new double[] {0.5, 0.99}) {
            String quantile = share == 0.5 ? "p50" : "p99";
            double straight = bare.quantile(share);
            report.add(Figure.beside(
                    "breach latency " + quantile, breach.quantile(share), "ms", "bare produce to consume", straight));
            report.add(Figure.beside(
                            "pane latency " + quantile, pane.quantile(share), "ms", "bare produce to consume", straight)
                    .aiming("at most 2 commits + 100 ms = " + AIM_MS, pane.quantile(share) <= AIM_MS));
        }
        slowest.sort(Comparator.comparingDouble(Slow::millis).reversed());
        report.note("slowest panes: "
                + slowest.stream()
                        .limit(6)
                        .map(slow -> String.format(Locale.ROOT, "%.0f ms at %.0f s", slow.millis(), slow.seconds()))
                        .collect(Collectors.joining(", ")));
        report.note(breach.size() + " breaches, " + pane.size() + " pane digests, " + bare.size() + " bare records at "
                + rate + " tokens/s; commits each " + StreamsSettings.COMMIT_MS + " ms, panes of 1 s.");
    }
}
