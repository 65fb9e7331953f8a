package io.seismo.score;

import io.seismo.spec.MonitorPlan;
import io.seismo.spec.TapPlan;
import io.seismo.spec.Timing;
import io.seismo.window.FeatureBlock;
import io.seismo.wire.Dtype;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Feature updates a second on one thread: 128 rows of 100 firings into an SAE of 24,576 features.
 *
 * <p>{@code blocks} updates bare blocks; {@code pane} goes the way of a frame, through the open pane and the journal.
 */
@State(Scope.Thread)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
public class OpenPaneBenchmark {

    private static final int WIDTH = 24_576;
    private static final int FIRINGS = 12_800;

    private final FeatureBlock[] blocks = new FeatureBlock[WIDTH / FeatureBlock.SIZE];
    private final int[] features = new int[FIRINGS];
    private final float[] values = new float[FIRINGS];
    private final OpenPane pane = new OpenPane("bench");
    private final ScorePlan plan = new ScorePlan(plan());
    private long put;
    private final Journal journal = new Journal() {
        @Override
        public void put(String key, byte[] value) {
            put += value.length;
        }

        @Override
        public void remove(String key) {
            put--;
        }
    };

    /** Random firings, the same each time. */
    @Setup
    public void fill() {
        Random random = new Random(1);
        for (int i = 0; i < blocks.length; i++) {
            blocks[i] = new FeatureBlock();
        }
        for (int i = 0; i < FIRINGS; i++) {
            features[i] = random.nextInt(WIDTH);
            values[i] = random.nextFloat() * 10;
        }
    }

    /** Bare blocks. */
    @Benchmark
    @OperationsPerInvocation(FIRINGS)
    public int blocks() {
        int clipped = 0;
        for (int i = 0; i < FIRINGS; i++) {
            int feature = features[i];
            clipped += blocks[feature / FeatureBlock.SIZE].addToken(feature % FeatureBlock.SIZE, values[i]);
        }
        return clipped;
    }

    /** Through the open pane, and into the journal once a frame. */
    @Benchmark
    @OperationsPerInvocation(FIRINGS)
    public long pane() {
        int clipped = 0;
        for (int i = 0; i < FIRINGS; i++) {
            int feature = features[i];
            clipped += pane.features(plan, 0, feature / FeatureBlock.SIZE)
                    .addToken(feature % FeatureBlock.SIZE, values[i]);
        }
        pane.flush(journal);
        return put + clipped;
    }

    private static MonitorPlan plan() {
        TapPlan.EncoderPlan sae = new TapPlan.EncoderPlan("sae", "demo/sae", false, WIDTH, List.of(), 1);
        return new MonitorPlan(
                1,
                "",
                "bench",
                "model",
                "r1",
                Timing.DEFAULT,
                new MonitorPlan.Shape(1, 1),
                new MonitorPlan.RequestLife(60_000, 600_000, 100),
                new MonitorPlan.BaselinePolicy(0, 0, 0),
                List.of(new TapPlan("mid", "hook", 1, Dtype.DTYPE_F32, true, true, 0, List.of(sae))),
                List.of(),
                List.of(),
                List.of(),
                List.of());
    }
}
