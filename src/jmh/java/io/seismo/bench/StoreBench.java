package io.seismo.bench;

import io.seismo.spec.MonitorPlan;
import io.seismo.spec.Timing;
import io.seismo.topology.BenchStores;
import io.seismo.topology.Runner;
import io.seismo.window.FeatureBlock;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Feature updates a second into the store of open panes under exactly-once. */
@Command(
        name = "store",
        mixinStandardHelpOptions = true,
        description = "Feature updates a second into the store of open panes, beside the same updates without a store.",
        footer = {
            "",
            "Each record counts 8,192 firings (128 tokens, 64 each, of 24,576 features) and puts all 96 blocks into the",
            "cached, logged store that SCORE has, under exactly-once with commits each 200 ms.",
            "Example: ./seismo bench store --seconds 10"
        })
final class StoreBench implements Callable<Integer> {

    private static final int FEATURES = 24_576;
    private static final int FIRINGS = 128 * 64;
    private static final int RECORDS_A_ROUND = 2_000;
    private static final int WARM_UP = 2;
    private static final String TOPIC = "seismo.bench-store.in";

    @Mixin
    private Report report = new Report();

    @Override
    public Integer call() throws Exception {
        MonitorPlan plan = BenchPlans.plan("bench-store", Timing.DEFAULT, 1000f);
        int rounds = Math.max(3, report.seconds(10));
        int records = (WARM_UP + rounds) * RECORDS_A_ROUND;
        Result result = new Result(rounds, new Samples(), new Samples(), new Samples(), new CountDownLatch(1));
        try (BenchCluster cluster = new BenchCluster()) {
            cluster.createTopic(TOPIC, 1);
            try (KafkaProducer<byte[], byte[]> producer = cluster.producer(5)) {
                for (int i = 0; i < records; i++) {
                    producer.send(new ProducerRecord<>(TOPIC, 0, null, new byte[] {1}));
                }
                producer.flush();
            }
            try (Runner runner = new Runner("store", topology(result), cluster.settings(plan, "store"))) {
                runner.start();
                result.done().await();
            }
        }
        report.add(Figure.beside(
                        "updates of the open pane",
                        result.stored().median(),
                        "updates/s",
                        "without a store",
                        result.plain().median())
                .withRatio(result.ratio().median())
                .aiming("at least 20,000,000", result.stored().median() >= 20e6));
        report.note("Median of " + rounds + " alternating pairs of " + RECORDS_A_ROUND + " records.");
        return report.done();
    }

    private static Topology topology(Result result) {
        Topology topology = new Topology();
        topology.addSource("in", new ByteArrayDeserializer(), new ByteArrayDeserializer(), TOPIC);
        topology.addProcessor("count", () -> new Counter(result), "in");
        topology.addStateStore(BenchStores.openPanes(), "count");
        return topology;
    }

    /**
     * What is measured.
     *
     * @param rounds that count
     * @param stored updates a second with the store
     * @param plain updates a second without
     * @param ratio of the two, round by round
     * @param done opened after the last round
     */
    private record Result(int rounds, Samples stored, Samples plain, Samples ratio, CountDownLatch done) {}

    /** Counts firings into blocks and puts the blocks; between rounds it does the same without putting. */
    private static final class Counter extends ContextualProcessor<byte[], byte[], Void, Void> {

        private final List<FeatureBlock> blocks = new ArrayList<>();
        private final List<String> keys = new ArrayList<>();
        private final int[] features = new int[64 * FIRINGS];
        private final float[] values = new float[features.length];
        private final Result result;
        private KeyValueStore<String, byte[]> store;
        private int records;
        private int round;
        private int next;
        private long begin;

        Counter(Result result) {
            this.result = result;
            Random random = new Random(3);
            for (int block = 0; block < FEATURES / FeatureBlock.SIZE; block++) {
                blocks.add(new FeatureBlock());
                keys.add(String.format("p/0000000000176000000/f/topics/%06d", block));
            }
            for (int i = 0; i < features.length; i++) {
                features[i] = random.nextInt(FEATURES);
                values[i] = 2 + random.nextFloat();
            }
        }

        @Override
        public void init(ProcessorContext<Void, Void> context) {
            super.init(context);
            store = context.getStateStore(BenchStores.NAME);
        }

        @Override
        public void process(Record<byte[], byte[]> record) {
            begin = begin == 0 ? System.nanoTime() : begin;
            count();
            for (int block = 0; block < blocks.size(); block++) {
                store.put(keys.get(block), blocks.get(block).bytes());
            }
            if (++records == RECORDS_A_ROUND) {
                endRound(rate(begin));
            }
        }

        private void endRound(double withStore) {
            long from = System.nanoTime();
            for (int i = 0; i < RECORDS_A_ROUND; i++) {
                count();
            }
            double without = rate(from);
            if (round >= WARM_UP) {
                result.stored().add(withStore);
                result.plain().add(without);
                result.ratio().add(withStore / without);
            }
            if (++round == WARM_UP + result.rounds()) {
                result.done().countDown();
            }
            records = 0;
            begin = System.nanoTime();
        }

        private static double rate(long since) {
            return (double) RECORDS_A_ROUND * FIRINGS * 1e9 / (System.nanoTime() - since);
        }

        private void count() {
            for (int i = 0; i < FIRINGS; i++) {
                int feature = features[next + i];
                blocks.get(feature / FeatureBlock.SIZE).addToken(feature % FeatureBlock.SIZE, values[next + i]);
            }
            next = (next + FIRINGS) % features.length;
        }
    }
}
