package io.seismo.reference;

import io.seismo.activation.Intake;
import io.seismo.encoder.Encoder;
import io.seismo.spec.MonitorPlan;
import io.seismo.wire.FeatureRecord;
import io.seismo.wire.Origin;
import java.util.List;
import java.util.Map;

/** Drives the production machines in memory, one process, no Kafka. */
public final class ProductionRun {

    private final MonitorPlan plan;
    private final Map<String, Encoder> encoders;

    public ProductionRun(MonitorPlan plan, Map<String, Encoder> encoders) {
        this.plan = plan;
        this.encoders = encoders;
    }

    /** ENCODE of one partition. */
    public List<FeatureRecord> encode(int partition, List<byte[]> records) {
        Intake intake = new Intake(plan, encoders, new MapJournal());
        java.util.ArrayList<FeatureRecord> features = new java.util.ArrayList<>();
        for (int offset = 0; offset < records.size(); offset++) {
            Origin origin = Origin.newBuilder()
                    .setPartition(partition)
                    .setOffset(offset)
                    .build();
            features.add(intake.accept(records.get(offset), origin, "activations"));
        }
        return features;
    }
}
