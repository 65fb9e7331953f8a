package io.seismo.bench;

import com.sun.management.OperatingSystemMXBean;
import io.seismo.bench.StackShares.Stage;
import io.seismo.encoder.onnx.BareRuntime;
import io.seismo.topology.RoleMetrics;
import io.seismo.wire.FeatureRecord;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Alternates rounds of the pipeline and of the bare runtime on the stream thread itself: after so many frames the thread
 * encodes as many with the runtime alone, then goes on. Neither has a warmer processor or a quieter machine.
 */
final class Conductor implements RoleMetrics {

    /**
     * How long it goes on.
     *
     * @param frames of a round
     * @param warmUp rounds that do not count
     * @param rounds that are timed
     * @param sampled rounds after them, in which stacks are sampled
     */
    record Score(int frames, int warmUp, int rounds, int sampled) {
        int all() {
            return warmUp + rounds + sampled;
        }
    }

    /**
     * One round.
     *
     * @param pipeline of its frames through the pipeline
     * @param bare of as many batches through the bare runtime
     */
    record Round(Effort pipeline, Effort bare) {}

    /**
     * What a stretch took.
     *
     * @param nanos by the clock
     * @param threadNanos of processor time, the stream thread's
     * @param processNanos of processor time, all threads'
     */
    record Effort(long nanos, long threadNanos, long processNanos) {

        private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
        private static final OperatingSystemMXBean PROCESS =
                ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

        /** Readings of this moment, on the calling thread. */
        static Effort now() {
            return new Effort(System.nanoTime(), THREADS.getCurrentThreadCpuTime(), PROCESS.getProcessCpuTime());
        }

        /** From the reading {@code begin} to now. */
        static Effort since(Effort begin) {
            Effort end = now();
            return new Effort(
                    end.nanos - begin.nanos,
                    end.threadNanos - begin.threadNanos,
                    end.processNanos - begin.processNanos);
        }
    }

    private static final int LIMIT_MINUTES = 10;

    private final Score score;
    private final BareRuntime bare;
    private final LongAdder inEncoder;
    private final List<Round> rounds = new ArrayList<>();
    private final CountDownLatch done = new CountDownLatch(1);
    private @Nullable StackShares shares;
    private int frames;
    private volatile int round;
    private @Nullable Effort begin;
    private long sampledNanos;
    private long encodeNanos;
    private long encodeBegin;
    private volatile long refused;
    private volatile @Nullable Throwable failure;

    Conductor(Score score, BareRuntime bare, LongAdder inEncoder) {
        this.score = score;
        this.bare = bare;
        this.inEncoder = inEncoder;
    }

    @Override
    public void encoded(FeatureRecord features) {
        refused += features.hasRefusal() ? 1 : 0;
        if (!features.hasFrame() || round >= score.all()) {
            return;
        }
        if (begin == null) {
            begin = Effort.now();
            return;
        }
        if (++frames == score.frames()) {
            try {
                endRound(Effort.since(begin));
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
            frames = 0;
            begin = Effort.now();
        }
    }

    private void endRound(Effort effort) throws Exception {
        boolean timed = round >= score.warmUp() && round < score.warmUp() + score.rounds();
        if (shares != null) {
            sampledNanos += effort.nanos;
            encodeNanos += inEncoder.sum() - encodeBegin;
        } else {
            Effort from = Effort.now();
            for (int i = 0; i < score.frames(); i++) {
                bare.run();
            }
            if (timed) {
                rounds.add(new Round(effort, Effort.since(from)));
            }
        }
        round = round + 1;
        if (round == score.all()) {
            if (shares != null) {
                shares.close();
            }
            done.countDown();
        } else if (round >= score.warmUp() + score.rounds()) {
            shares = shares == null ? new StackShares(Thread.currentThread()) : shares;
            encodeBegin = inEncoder.sum();
        }
    }

    /** Ends the waiting: an application stopped. */
    void fail(Throwable cause) {
        failure = cause;
        done.countDown();
    }

    /** Waits for the last round; fails when an application stopped, and on a machine that has no time for this. */
    void await() throws InterruptedException {
        if (!done.await(LIMIT_MINUTES, TimeUnit.MINUTES)) {
            throw new IllegalStateException("only " + round + " of " + score.all() + " rounds in " + LIMIT_MINUTES
                    + " minutes: is the machine busy?");
        }
        if (failure != null) {
            throw new IllegalStateException("an application stopped in round " + round, failure);
        }
    }

    /** The timed rounds. */
    List<Round> rounds() {
        return rounds;
    }

    long refused() {
        return refused;
    }

    /** Shares of the sampled rounds; that of encoding by the clock, so that the sum can miss 1. */
    Map<Stage, Double> shares() {
        EnumMap<Stage, Double> all = new EnumMap<>(Stage.class);
        StackShares sampled = shares;
        if (sampled != null) {
            for (Stage stage : Stage.values()) {
                all.put(stage, sampled.share(stage));
            }
            all.put(Stage.ENCODE, (double) encodeNanos / sampledNanos);
        }
        return all;
    }

    /** Where the stream thread was most often. */
    List<String> top(int count) {
        return shares == null ? List.of() : shares.top(count);
    }
}
