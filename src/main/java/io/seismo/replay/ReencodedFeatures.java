package io.seismo.replay;

import io.seismo.activation.Intake;
import io.seismo.wire.FeatureRecord;
import io.seismo.wire.Origin;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** A partition of {@code activations}, gated and encoded again by the classes that ran live. */
final class ReencodedFeatures implements FeatureSource {

    private static final byte[] NOTHING = {};

    private final RecordLog log;
    private final Intake intake;
    private String place = "";

    /** Owns the log. */
    ReencodedFeatures(RecordLog log, Intake intake) {
        this.log = log;
        this.intake = intake;
    }

    @Override
    public boolean hasNext() {
        return log.hasNext();
    }

    @Override
    public FeatureRecord next() {
        ConsumerRecord<byte[], byte[]> record = log.next();
        place = RecordedFeatures.placeOf(record);
        Origin origin = Origin.newBuilder()
                .setPartition(record.partition())
                .setOffset(record.offset())
                .build();
        byte[] value = record.value() == null ? NOTHING : record.value();
        return intake.accept(value, origin, record.topic(), record.timestamp());
    }

    @Override
    public long length() {
        return log.length();
    }

    @Override
    public long passed() {
        return log.passed();
    }

    @Override
    public String place() {
        return place;
    }

    @Override
    public void close() {
        intake.close();
        log.close();
    }
}
