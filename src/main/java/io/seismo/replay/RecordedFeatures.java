package io.seismo.replay;

import com.google.protobuf.InvalidProtocolBufferException;
import io.seismo.wire.FeatureRecord;
import java.util.NoSuchElementException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** A partition of {@code features} as it was written, from behind an offset of {@code activations}. */
final class RecordedFeatures implements FeatureSource {

    private final RecordLog log;
    private final long afterOffset;
    private String place = "";
    private boolean skipped;
    private @Nullable FeatureRecord next;

    /**
     * Owns the log.
     *
     * @param afterOffset records that come from this offset of {@code activations} or before are skipped
     */
    RecordedFeatures(RecordLog log, long afterOffset) {
        this.log = log;
        this.afterOffset = afterOffset;
    }

    /** Opens the log close before the first record that is wanted. */
    static RecordedFeatures seek(PartitionLog log, long afterOffset) {
        if (afterOffset >= 0) {
            log.seekClose(record -> parse(record).getOrigin().getOffset(), afterOffset);
        }
        return new RecordedFeatures(log, afterOffset);
    }

    /** Whether the log still holds what is right before the first record that is wanted, or that record is the next one. */
    boolean joins() {
        return hasNext() && next != null && (skipped || next.getOrigin().getOffset() == afterOffset + 1);
    }

    @Override
    public boolean hasNext() {
        while (next == null && log.hasNext()) {
            ConsumerRecord<byte[], byte[]> record = log.next();
            FeatureRecord features = parse(record);
            if (features.getOrigin().getOffset() > afterOffset) {
                next = features;
                place = placeOf(record);
            } else {
                skipped = true;
            }
        }
        return next != null;
    }

    @Override
    public FeatureRecord next() {
        if (!hasNext() || next == null) {
            throw new NoSuchElementException();
        }
        FeatureRecord result = next;
        next = null;
        return result;
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
        log.close();
    }

    static String placeOf(ConsumerRecord<byte[], byte[]> record) {
        return record.topic() + "-" + record.partition() + " offset " + record.offset();
    }

    private static FeatureRecord parse(ConsumerRecord<byte[], byte[]> record) {
        try {
            return FeatureRecord.parseFrom(record.value());
        } catch (InvalidProtocolBufferException e) {
            throw new ReplayException(placeOf(record) + " is damaged or not a feature record: " + e.getMessage(), e);
        }
    }
}
