package io.seismo.topology;

import io.seismo.spec.Plans;
import io.seismo.watch.WatchCore;
import io.seismo.watch.WatchOutput;
import io.seismo.wire.AlertTransition;
import io.seismo.wire.PaneDigest;
import io.seismo.wire.PanePartial;
import io.seismo.wire.Snapshot;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/** Drives the watch core of one watch partition. */
final class WatchProcessor extends ContextualProcessor<byte[], PanePartial, Object, Object> implements WatchOutput {

    private final Plans plans;
    private final RoleMetrics metrics;
    private int partition;
    private WatchCore core;
    private long timestamp;

    WatchProcessor(Plans plans, RoleMetrics metrics) {
        this.plans = plans;
        this.metrics = metrics;
    }

    @Override
    public void init(ProcessorContext<Object, Object> context) {
        super.init(context);
        partition = context.taskId().partition();
        core = new WatchCore(plans, partition, new StoreState(context.getStateStore(Names.WATCH_STORE)), this);
    }

    @Override
    public void process(Record<byte[], PanePartial> record) {
        timestamp = record.timestamp();
        core.accept(record.value());
    }

    @Override
    public void transition(AlertTransition transition) {
        metrics.moved(transition);
        String fingerprint = transition.getCore().getFingerprint();
        context().forward(new Record<>(fingerprint, transition, timestamp), Names.ALERT_LOG_SINK);
        context().forward(new Record<>(fingerprint, transition, timestamp), Names.ALERTS_SINK);
    }

    @Override
    public void digest(PaneDigest digest) {
        metrics.merged(digest);
        context().forward(new Record<>(partition, digest, timestamp), Names.PANE_DIGESTS_SINK);
    }

    @Override
    public void snapshot(Snapshot snapshot) {
        context().forward(new Record<>(SnapshotKeys.of(snapshot), snapshot, timestamp), Names.WATCH_SNAPSHOTS_SINK);
    }
}
