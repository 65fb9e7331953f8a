package io.seismo.topology;

import io.seismo.activation.Intake;
import io.seismo.activation.Loaded;
import io.seismo.spec.Plans;
import io.seismo.wire.FeatureRecord;
import io.seismo.wire.Origin;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;

/** One record of {@code activations} in, exactly one feature record out, to the log and to SCORE in the same task. */
final class EncodeProcessor extends ContextualProcessor<byte[], byte[], Integer, FeatureRecord> {

    private static final byte[] NOTHING = {};

    private final Plans plans;
    private final Loaded loaded;
    private final RoleMetrics metrics;
    private @Nullable Intake intake;

    EncodeProcessor(Plans plans, Loaded loaded, RoleMetrics metrics) {
        this.plans = plans;
        this.loaded = loaded;
        this.metrics = metrics;
    }

    @Override
    public void init(ProcessorContext<Integer, FeatureRecord> context) {
        super.init(context);
        StoreJournal gate = new StoreJournal(context.getStateStore(Names.GATE_STORE));
        Intake opened = new Intake(plans, loaded, gate);
        gate.restoreInto(opened::restore);
        intake = opened;
    }

    /** The partition may go on elsewhere: its encoders are not held for it. */
    @Override
    public void close() {
        if (intake != null) {
            intake.close();
        }
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        RecordMetadata at = context().recordMetadata().orElseThrow();
        Origin.Builder origin = Origin.newBuilder().setPartition(at.partition()).setOffset(at.offset());
        Header trace = record.headers().lastHeader("traceparent");
        if (trace != null && trace.value() != null && trace.value().length <= 64) {
            origin.setTraceparent(new String(trace.value(), StandardCharsets.US_ASCII));
        }
        byte[] value = record.value() == null ? NOTHING : record.value();
        FeatureRecord features =
                Objects.requireNonNull(intake).accept(value, origin.build(), at.topic(), record.timestamp());
        metrics.encoded(features);
        context().forward(new Record<>(at.partition(), features, record.timestamp()));
    }
}
