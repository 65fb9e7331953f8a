package io.seismo.reference;

import io.seismo.spec.Timing;
import io.seismo.wire.ActivationRecord;
import io.seismo.wire.Tick;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Other epochs for traffic that knows one: what the clocks of a deployment say on each tick. Bad records stay as they
 * are.
 */
@FunctionalInterface
interface Announcements {

    /**
     * Lets a tick speak of epochs.
     *
     * @param partition where it stands
     * @param rank among the ticks of its partition
     */
    void say(int partition, int rank, Tick.Builder tick);

    /** The traffic with these ticks. */
    default Traffic in(Traffic traffic) {
        List<List<Traffic.Sent>> all = new ArrayList<>();
        for (int p = 0; p < traffic.partitions().size(); p++) {
            List<Traffic.Sent> partition = new ArrayList<>();
            int rank = 0;
            for (Traffic.Sent sent : traffic.partitions().get(p)) {
                Optional<ActivationRecord> tick = Traffic.parsed(sent).filter(ActivationRecord::hasTick);
                if (tick.isPresent()) {
                    ActivationRecord.Builder record = tick.get().toBuilder();
                    say(p, rank++, record.getTickBuilder());
                    partition.add(new Traffic.Sent(record.build().toByteArray(), null));
                } else {
                    partition.add(sent);
                }
            }
            all.add(partition);
        }
        return new Traffic(all);
    }

    /** From each of these times on the next epoch, and nothing is said ahead. */
    static Announcements at(long... times) {
        return (partition, rank, tick) -> {
            long epoch = 1;
            for (long time : times) {
                epoch += tick.getTimeMs() >= time ? 1 : 0;
            }
            tick.setEpoch(epoch);
        };
    }

    /** Epoch 2 is announced from a time on, and governs from a pane on that may be long past. */
    static Announcements ahead(long heardMs, long firstPane) {
        return (partition, rank, tick) -> {
            tick.setEpoch(1);
            if (tick.getTimeMs() >= heardMs) {
                tick.setNextEpoch(2).setNextEpochFirstPane(firstPane);
            }
        };
    }

    /** What a clock should do: announce, and from the first pane on no longer announce but say. */
    static Announcements proper(Timing timing, long heardMs, long firstPane) {
        return (partition, rank, tick) -> {
            boolean begun = timing.pane(tick.getTimeMs()) >= firstPane;
            ahead(heardMs, firstPane).say(partition, rank, tick);
            if (begun) {
                tick.setEpoch(2).clearNextEpoch().clearNextEpochFirstPane();
            }
        };
    }

    /** There are two clocks, and one of them never heard of it. */
    default Announcements byOneOfTwoClocks() {
        return (partition, rank, tick) -> {
            if (rank % 2 == 0) {
                say(partition, rank, tick);
            } else {
                tick.setEpoch(1);
            }
        };
    }

    /** Each partition hears all this later than the one before it. */
    default Announcements laterBy(long ms) {
        return (partition, rank, tick) -> {
            long time = tick.getTimeMs();
            say(partition, rank, tick.setTimeMs(time - partition * ms));
            tick.setTimeMs(time);
        };
    }

    /** Epoch 2 is announced, but before it begins epoch 3 is, for the same pane or one before it. */
    static Announcements middleNeverBegins(long heardMs, long firstPane, long sooner) {
        return (partition, rank, tick) -> {
            ahead(heardMs, firstPane).say(partition, rank, tick);
            if (tick.getTimeMs() >= heardMs + 20_000) {
                tick.setNextEpoch(3).setNextEpochFirstPane(firstPane - sooner);
            }
        };
    }

    /** One epoch after the other, from 1 on, each so many panes long. */
    static Announcements oneAfterTheOther(Timing timing, long firstMs, int panes, int epochs) {
        return (partition, rank, tick) -> {
            long past = timing.pane(tick.getTimeMs()) - timing.pane(firstMs);
            long epoch = Math.min(epochs, 1 + Math.max(0, past) / panes);
            tick.setEpoch(epoch);
            if (epoch < epochs) {
                tick.setNextEpoch(epoch + 1).setNextEpochFirstPane(timing.pane(firstMs) + epoch * panes);
            }
        };
    }

    /**
     * Clocks that disagree about everything: most are about right, some are behind, some ahead, some announce nonsense.
     */
    static Announcements wild(long seed, Timing timing, long firstMs, int panes, int epochs) {
        SplittableRandom random = new SplittableRandom(seed);
        return (partition, rank, tick) -> {
            long pane = timing.pane(tick.getTimeMs());
            long now = 1 + Math.max(0, pane - timing.pane(firstMs)) / panes;
            long said = random.nextInt(8) == 0 ? now + random.nextInt(-2, 2) : now - random.nextInt(2);
            tick.setEpoch(Math.max(1, Math.min(epochs, said)));
            if (random.nextInt(3) == 0) {
                long next = Math.max(1, Math.min(epochs, now + random.nextInt(-1, 3)));
                tick.setNextEpoch(next).setNextEpochFirstPane(pane + random.nextInt(-8, 9));
            }
            if (random.nextInt(100) == 0) {
                tick.setNextEpochFirstPane(random.nextBoolean() ? Long.MIN_VALUE : Long.MAX_VALUE);
            }
        };
    }
}
