package io.seismo.topology;

import io.seismo.score.PartitionScorer;
import io.seismo.score.ScoreJournals;
import io.seismo.score.ScoreOutput;
import io.seismo.spec.Plans;
import io.seismo.wire.Breach;
import io.seismo.wire.FeatureRecord;
import io.seismo.wire.PanePartial;
import io.seismo.wire.RequestScore;
import io.seismo.wire.Snapshot;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/** Drives the scorer of one partition with the feature records its task has just written. */
final class ScoreProcessor extends ContextualProcessor<Integer, FeatureRecord, Object, Object> implements ScoreOutput {

    private final Plans plans;
    private final RoleMetrics metrics;
    private PartitionScorer scorer;
    private ScoreSnapshots snapshots;
    private long timestamp;

    ScoreProcessor(Plans plans, RoleMetrics metrics) {
        this.plans = plans;
        this.metrics = metrics;
    }

    @Override
    public void init(ProcessorContext<Object, Object> context) {
        super.init(context);
        StoreJournal requests = new StoreJournal(context.getStateStore(Names.OPEN_REQUESTS_STORE));
        StoreJournal panes = new StoreJournal(context.getStateStore(Names.OPEN_PANES_STORE));
        StoreJournal sources = new StoreJournal(context.getStateStore(Names.SOURCES_STORE));
        scorer = new PartitionScorer(
                plans, context.taskId().partition(), new ScoreJournals(requests, panes, sources), this);
        StoreJournal gate = new StoreJournal(context.getStateStore(Names.GATE_STORE));
        snapshots = new ScoreSnapshots(
                plans.newest().timing(),
                context.taskId().partition(),
                new TreeMap<>(Map.of("gate/", List.of(gate), "score/", List.of(sources, panes, requests))));
        sources.restoreInto(scorer::restore);
        panes.restoreInto(scorer::restore);
        requests.restoreInto(scorer::restore);
    }

    @Override
    public void process(Record<Integer, FeatureRecord> record) {
        timestamp = record.timestamp();
        FeatureRecord features = record.value();
        scorer.accept(features);
        snapshots.writeIfDue(features.getEpoch(), features.getOrigin().getOffset(), this::snapshot);
        if (features.hasTick()) {
            metrics.open(context().taskId().partition(), scorer.openRequests());
        }
    }

    /** The partition may go on elsewhere. */
    @Override
    public void close() {
        metrics.open(context().taskId().partition(), 0);
    }

    private void snapshot(Snapshot snapshot) {
        context().forward(new Record<>(SnapshotKeys.of(snapshot), snapshot, timestamp), Names.SCORE_SNAPSHOTS_SINK);
    }

    @Override
    public void score(RequestScore score) {
        metrics.scored(score);
        context().forward(new Record<>(score.getRequestId(), score, timestamp), Names.REQUEST_SCORES_SINK);
    }

    @Override
    public void breach(Breach breach) {
        metrics.breached(breach);
        context().forward(new Record<>(breach.getRequestId(), breach, timestamp), Names.BREACHES_SINK);
    }

    @Override
    public void partial(int watchPartition, PanePartial partial) {
        metrics.partial(partial);
        snapshots.observe(partial);
        context().forward(new Record<>(watchPartition, partial, timestamp), Names.PANE_PARTIALS_SINK);
    }
}
