package io.seismo.replay;

import com.google.protobuf.InvalidProtocolBufferException;
import io.seismo.wire.FeatureRecord;
import java.util.NoSuchElementException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** A partition of {@code features} as it was written, from behind an offset of {@code activations}. */
final class RecordedFeatures implements FeatureSource {

    private final PartitionLog log;
    private final long afterOffset;
    private @Nullable FeatureRecord next;

    /**
     * Owns the log.
     *
     * @param afterOffset records that come from this offset of {@code activations} or before are skipped
     */
    RecordedFeatures(PartitionLog log, long afterOffset) {
        this.log = log;
        this.afterOffset = afterOffset;
    }

    @Override
    public boolean hasNext() {
        while (next == null && log.hasNext()) {
            ConsumerRecord<byte[], byte[]> record = log.next();
            FeatureRecord features = parse(record);
            if (features.getOrigin().getOffset() > afterOffset) {
                next = features;
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
    public void close() {
        log.close();
    }

    private static FeatureRecord parse(ConsumerRecord<byte[], byte[]> record) {
        try {
            return FeatureRecord.parseFrom(record.value());
        } catch (InvalidProtocolBufferException e) {
            throw new ReplayException(
                    record.topic() + "-" + record.partition() + " offset " + record.offset()
                            + " is damaged or not a feature record: " + e.getMessage(),
                    e);
        }
    }
}
