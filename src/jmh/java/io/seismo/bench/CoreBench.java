package io.seismo.bench;

import io.seismo.activation.Intake;
import io.seismo.encoder.Encoder;
import io.seismo.encoder.onnx.BareRuntime;
import io.seismo.score.Journal;
import io.seismo.score.PartitionScorer;
import io.seismo.score.ScoreJournals;
import io.seismo.score.ScoreOutput;
import io.seismo.spec.MonitorPlan;
import io.seismo.spec.Plans;
import io.seismo.spec.Timing;
import io.seismo.wire.Breach;
import io.seismo.wire.FeatureRecord;
import io.seismo.wire.Origin;
import io.seismo.wire.PanePartial;
import io.seismo.wire.RequestScore;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** ENCODE and SCORE without Kafka, in CPU time of one thread, beside the bare runtime on the same rows. */
@Command(
        name = "core",
        mixinStandardHelpOptions = true,
        description = "CPU time a token of ENCODE and SCORE without Kafka, beside the bare ONNX Runtime.",
        footer = {
            "",
            "Counts the CPU time of the thread, not the time on the wall, so that a busy machine disturbs it less.",
            "Example: ./seismo bench core --seconds 10"
        })
final class CoreBench implements Callable<Integer> {

    private static final long START_MS = 1_760_000_000_000L;
    private static final int FRAMES_A_TICK = 50;
    private static final int FRAMES_A_ROUND = 100;
    private static final int WARM_UP = 3;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    @Mixin
    private Report report = new Report();

    private final Samples intake = new Samples();
    private final Samples send = new Samples();
    private final Samples score = new Samples();
    private final Samples limit = new Samples();
    private final Samples ratio = new Samples();

    @Override
    public Integer call() throws Exception {
        MonitorPlan plan = BenchPlans.plan("bench", Timing.DEFAULT, 1000f);
        Map<String, Encoder> encoders = BenchPlans.encoders(BareRuntime.sae());
        BenchTraffic traffic = new BenchTraffic(1);
        Intake encode = new Intake(Plans.only(plan), any -> encoders, Journal.NONE);
        ScoreJournals none = new ScoreJournals(Journal.NONE, Journal.NONE, Journal.NONE);
        PartitionScorer scorer = new PartitionScorer(Plans.only(plan), 0, none, new Nowhere());
        int rounds = Math.max(3, report.seconds(10));
        try (BareRuntime bare = new BareRuntime(traffic.batches(), BenchTraffic.ROWS)) {
            for (int round = 0; round < WARM_UP + rounds; round++) {
                round(round, traffic, encode, scorer, bare);
            }
        }
        encoders.values().forEach(Encoder::close);
        double all = intake.median() + send.median() + score.median();
        report.add(Figure.beside("encode and score", all, "us/token", "bare ONNX Runtime", limit.median())
                .withRatio(ratio.median()));
        report.add(Figure.plain("of it check, encode, pack", intake.median(), "us/token"));
        report.add(Figure.plain("of it serialise", send.median(), "us/token"));
        report.add(Figure.plain("of it score and pane blocks", score.median(), "us/token"));
        report.note("CPU time of one thread, median of " + rounds
                + " rounds; the ratio is the runtime's time over ours. No Kafka, no store.");
        return report.done();
    }

    private void round(int round, BenchTraffic traffic, Intake encode, PartitionScorer scorer, BareRuntime bare)
            throws Exception {
        long[] nanos = new long[4];
        for (int i = 0; i < FRAMES_A_ROUND; i++) {
            int frame = round * FRAMES_A_ROUND + i;
            long time = START_MS + frame / FRAMES_A_TICK * 1_000L;
            if (frame % FRAMES_A_TICK == 0) {
                scorer.accept(encode.accept(BenchTraffic.tick(time), Origin.getDefaultInstance(), "activations", -1));
            }
            byte[] record = traffic.frame(0, time + 500, "request-" + frame / 2, frame % 2, frame % 2 == 1);
            long begin = THREADS.getCurrentThreadCpuTime();
            FeatureRecord features = encode.accept(record, Origin.getDefaultInstance(), "activations", -1);
            long encoded = THREADS.getCurrentThreadCpuTime();
            byte[] bytes = features.toByteArray();
            long sent = THREADS.getCurrentThreadCpuTime();
            scorer.accept(features);
            long scored = THREADS.getCurrentThreadCpuTime();
            bare.run();
            long done = THREADS.getCurrentThreadCpuTime();
            if (!features.hasFrame() || bytes.length == 0) {
                throw new IllegalStateException("a frame was refused: no figure");
            }
            nanos[0] += encoded - begin;
            nanos[1] += sent - encoded;
            nanos[2] += scored - sent;
            nanos[3] += done - scored;
        }
        if (round >= WARM_UP) {
            double tokens = FRAMES_A_ROUND * 1e3 * BenchTraffic.ROWS;
            intake.add(nanos[0] / tokens);
            send.add(nanos[1] / tokens);
            score.add(nanos[2] / tokens);
            limit.add(nanos[3] / tokens);
            ratio.add((double) nanos[3] / (nanos[0] + nanos[1] + nanos[2]));
        }
    }

    private static final class Nowhere implements ScoreOutput {
        @Override
        public void score(RequestScore score) {}

        @Override
        public void breach(Breach breach) {}

        @Override
        public void partial(int watchPartition, PanePartial partial) {}
    }
}
