package io.seismo.reference;

import io.seismo.activation.Intake;
import io.seismo.activation.Loaded;
import io.seismo.encoder.Encoder;
import io.seismo.score.PartitionScorer;
import io.seismo.score.ScoreJournals;
import io.seismo.spec.MonitorPlan;
import io.seismo.spec.Plans;
import io.seismo.watch.TreeMapState;
import io.seismo.watch.WatchCore;
import io.seismo.wire.FeatureRecord;
import io.seismo.wire.Origin;
import io.seismo.wire.PanePartial;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Drives the production machines in memory, one process, no Kafka.
 *
 * <p>Restarts happen at random records: the machine is thrown away, and a new one is built from a copy of what its
 * journals hold. In a crash it goes back to an older copy, the outputs since are taken back, and the records since come
 * again: what exactly-once processing does.
 */
public final class ProductionRun {

    private final Plans plans;
    private final Loaded encoders;
    private final SplittableRandom random;
    private final int restartOneIn;

    /** Without restarts. */
    public ProductionRun(MonitorPlan plan, Map<String, Encoder> encoders) {
        this(plan, encoders, new SplittableRandom(0), 0);
    }

    /**
     * @param random decides where restarts happen
     * @param restartOneIn a restart every so many records on average; 0 for none
     */
    public ProductionRun(MonitorPlan plan, Map<String, Encoder> encoders, SplittableRandom random, int restartOneIn) {
        this(Plans.only(plan), any -> encoders, random, restartOneIn);
    }

    /**
     * Of several epochs.
     *
     * @param plans of all epochs in the log
     * @param encoders of a plan, by name
     */
    public ProductionRun(Plans plans, Loaded encoders, SplittableRandom random, int restartOneIn) {
        this.plans = plans;
        this.encoders = encoders;
        this.random = random;
        this.restartOneIn = restartOneIn;
    }

    /** ENCODE of one partition. */
    public List<FeatureRecord> encode(int partition, List<byte[]> records) {
        MapJournal journal = new MapJournal();
        Intake intake = new Intake(plans, encoders, journal);
        List<FeatureRecord> features = new ArrayList<>();
        for (int offset = 0; offset < records.size(); offset++) {
            if (restarts()) {
                journal = journal.copy();
                intake = new Intake(plans, encoders, journal);
                journal.restoreInto(intake::restore);
            }
            Origin origin = Origin.newBuilder()
                    .setPartition(partition)
                    .setOffset(offset)
                    .build();
            features.add(intake.accept(records.get(offset), origin, "activations", -1));
        }
        return features;
    }

    /** SCORE of one partition, with crashes that go back up to some records. */
    public Scored score(int partition, List<FeatureRecord> features) {
        Scored scored = new Scored();
        MapJournal journal = new MapJournal();
        PartitionScorer scorer = new PartitionScorer(plans, partition, ScoreJournals.of(journal), scored);
        MapJournal committed = journal.copy();
        Scored.Mark mark = scored.mark();
        int from = 0;
        for (int offset = 0; offset < features.size(); offset++) {
            if (restarts()) {
                journal = committed.copy();
                scored.backTo(mark);
                scorer = new PartitionScorer(plans, partition, ScoreJournals.of(journal), scored);
                journal.restoreInto(scorer::restore);
                offset = from;
            }
            scorer.accept(features.get(offset));
            if (restartOneIn > 0 && random.nextInt(8) == 0) {
                committed = journal.copy();
                mark = scored.mark();
                from = offset + 1;
            }
        }
        return scored;
    }

    /** ENCODE and SCORE of all partitions. */
    public List<Scored> score(List<List<byte[]>> records) {
        List<Scored> all = new ArrayList<>();
        for (int p = 0; p < records.size(); p++) {
            all.add(score(p, encode(p, records.get(p))));
        }
        return all;
    }

    /** WATCH of one watch partition over partials in this order. */
    public void watch(int watchPartition, List<PanePartial> partials, Watched watched) {
        TreeMapState state = new TreeMapState();
        WatchCore core = new WatchCore(plans, watchPartition, state, watched);
        for (PanePartial partial : partials) {
            if (restarts()) {
                state = state.copy();
                core = new WatchCore(plans, watchPartition, state, watched);
            }
            core.accept(partial);
        }
    }

    /** WATCH of all watch partitions, partitions interleaved at random. */
    public Watched watch(List<Scored> scored) {
        Watched watched = new Watched();
        for (int w = 0; w < plans.newest().shape().watchPartitions(); w++) {
            int watchPartition = w;
            List<List<PanePartial>> sequences =
                    scored.stream().map(each -> each.to(watchPartition)).toList();
            watch(w, Interleaving.of(sequences, random, 30), watched);
        }
        return watched;
    }

    private boolean restarts() {
        return restartOneIn > 0 && random.nextInt(restartOneIn) == 0;
    }
}
