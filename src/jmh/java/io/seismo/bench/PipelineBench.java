package io.seismo.bench;

import io.seismo.bench.StackShares.Stage;
import io.seismo.encoder.Encoder;
import io.seismo.encoder.TimedEncoder;
import io.seismo.encoder.onnx.BareRuntime;
import io.seismo.spec.MonitorPlan;
import io.seismo.spec.Plans;
import io.seismo.spec.Timing;
import io.seismo.spec.TopicNames;
import io.seismo.topology.RoleMetrics;
import io.seismo.topology.Runner;
import io.seismo.topology.SeismoTopologies;
import io.seismo.wire.FeatureRecord;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Tokens a second from a full topic to committed statistics, beside the bare runtime on the same rows. */
@Command(
        name = "pipeline",
        mixinStandardHelpOptions = true,
        description = "Tokens a second, end to end, beside the bare ONNX Runtime on the same rows.",
        footer = {
            "",
            "A topic is filled with 98 kB frames first: 128 rows of 384 in bf16, requests of 256 tokens, a tick of",
            "event time every 50 frames. ENCODE, SCORE and WATCH then work it off under exactly-once, one stream",
            "thread each, all 3,072 features of every request. Example: ./seismo bench pipeline --seconds 20"
        })
final class PipelineBench implements Callable<Integer> {

    /** Many short pairs: the machine's own speed changes within seconds. */
    private static final int PAIRS = 21;

    @Mixin
    private Report report = new Report();

    @Option(names = "--top", paramLabel = "N", description = "Also print the N most frequent places on the stack.")
    private int top;

    @Override
    public Integer call() throws Exception {
        MonitorPlan plan = BenchPlans.plan("bench", Timing.DEFAULT, 1000f);
        BenchTraffic traffic = new BenchTraffic(1);
        // About 40,000 tokens a second; the share of the machine that the estimate misses only changes the duration.
        int frames = Math.max(20, report.seconds(15) * 40_000 / BenchTraffic.ROWS / PAIRS);
        Conductor.Score score = new Conductor.Score(frames, 24, PAIRS, 6);
        Path sae = BareRuntime.sae();
        Map<String, Encoder> encoders = BenchPlans.encoders(sae);
        LongAdder inEncoder = new LongAdder();
        Encoder timed = new TimedEncoder(encoders.values().iterator().next(), System::nanoTime, inEncoder::add);
        try (BenchCluster cluster = new BenchCluster();
                BareRuntime bare = new BareRuntime(traffic.batches(), BenchTraffic.ROWS)) {
            cluster.createTopics(plan);
            int sent = (score.all() * frames + 1 + PipelineLoad.CHUNKS) / PipelineLoad.CHUNKS * PipelineLoad.CHUNKS;
            report.say("filling the topic with " + sent + " frames");
            PipelineLoad.fill(cluster, plan, traffic, sent);
            Conductor conductor = new Conductor(score, bare, inEncoder);
            report.say("measuring");
            run(cluster, plan, Map.of(encoders.keySet().iterator().next(), timed), conductor, sent);
            figures(conductor, frames);
        }
        timed.close();
        return report.done();
    }

    private static void run(
            BenchCluster cluster, MonitorPlan plan, Map<String, Encoder> encoders, Conductor conductor, int sent)
            throws Exception {
        try (Runner encode = new Runner(
                        "encode",
                        SeismoTopologies.encode(Plans.only(plan), any -> encoders, conductor),
                        cluster.settings(plan, "encode"));
                Runner watch = new Runner(
                        "watch",
                        SeismoTopologies.watch(Plans.only(plan), RoleMetrics.NONE),
                        cluster.settings(plan, "watch"))) {
            encode.failure().thenAccept(conductor::fail);
            watch.failure().thenAccept(conductor::fail);
            watch.start();
            encode.start();
            conductor.await();
            requireAll(cluster, plan, sent);
        }
    }

    /** Every frame is in the committed features exactly once, none was refused. */
    private static void requireAll(BenchCluster cluster, MonitorPlan plan, int sent) throws Exception {
        int frames = 0;
        int refused = 0;
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        try (KafkaConsumer<byte[], byte[]> consumer =
                cluster.consumer(List.of(new TopicNames(plan.deployment()).features()), true)) {
            while (frames + refused < sent && System.nanoTime() < deadline) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
                    FeatureRecord features = FeatureRecord.parseFrom(record.value());
                    frames += features.hasFrame() ? 1 : 0;
                    refused += features.hasRefusal() ? 1 : 0;
                }
            }
        }
        if (frames != sent || refused != 0) {
            throw new IllegalStateException(
                    frames + " of " + sent + " frames came out, " + refused + " were refused: no figure");
        }
    }

    private void figures(Conductor conductor, int frames) {
        Samples pipeline = new Samples();
        Samples bare = new Samples();
        Samples ratio = new Samples();
        Samples onProcessor = new Samples();
        Samples cores = new Samples();
        // The first row of each request is not scored, and not counted.
        double scored = frames * (double) BenchTraffic.ROWS - (double) frames / PipelineLoad.CHUNKS;
        double rows = frames * (double) BenchTraffic.ROWS;
        for (Conductor.Round round : conductor.rounds()) {
            double through = scored * 1e9 / round.pipeline().nanos();
            double alone = rows * 1e9 / round.bare().nanos();
            pipeline.add(through);
            bare.add(alone);
            ratio.add(through / alone);
            onProcessor.add(
                    100.0 * round.pipeline().threadNanos() / round.pipeline().nanos());
            cores.add(
                    (double) round.pipeline().processNanos() / round.pipeline().nanos());
        }
        double aim = Runtime.version().feature() >= 25 ? 0.68 : 0.60;
        report.add(Figure.beside("pipeline", pipeline.median(), "tokens/s", "bare ONNX Runtime", bare.median())
                .withRatio(ratio.median())
                .aiming(String.format(Locale.ROOT, "ratio of at least %.2f", aim), ratio.median() >= aim));
        report.add(Figure.plain("stream thread on a processor", onProcessor.median(), "% of the time"));
        report.add(Figure.plain("processors in use, broker and compiler included", cores.median(), ""));
        double sum = 0;
        for (Map.Entry<Stage, Double> share : conductor.shares().entrySet()) {
            String name = share.getKey().name().toLowerCase(Locale.ROOT).replace('_', ' ');
            report.add(Figure.plain("time share, " + name, 100 * share.getValue(), "%"));
            sum += 100 * share.getValue();
        }
        report.add(Figure.plain("time shares together", sum, "%").aiming("100 ± 5", Math.abs(sum - 100) <= 5));
        report.note("Encoding by the clock, other shares by stack samples in further rounds; ratio is the median of "
                + conductor.rounds().size() + " alternating pairs.");
        conductor.top(top).forEach(report::note);
    }
}
