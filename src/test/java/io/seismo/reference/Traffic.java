package io.seismo.reference;

import com.google.protobuf.InvalidProtocolBufferException;
import io.seismo.wire.ActivationRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Records of all partitions of {@code activations}, in order.
 *
 * @param partitions one list per partition
 */
public record Traffic(List<List<Sent>> partitions) {

    /**
     * One record.
     *
     * @param bytes its value
     * @param bad what is wrong with it; {@code null} when nothing is
     */
    public record Sent(byte[] bytes, @Nullable BadInput bad) {}

    public Traffic {
        partitions = partitions.stream().map(List::copyOf).toList();
    }

    /** All record values, per partition. */
    public List<List<byte[]>> records() {
        return partitions.stream()
                .map(partition -> partition.stream().map(Sent::bytes).toList())
                .toList();
    }

    /** Without what comes before the first tick of this time or later. */
    public Traffic from(long timeMs) {
        List<List<Sent>> kept = new ArrayList<>();
        for (List<Sent> partition : partitions) {
            int first = 0;
            while (!parsed(partition.get(first))
                    .filter(r -> r.getTick().getTimeMs() >= timeMs)
                    .isPresent()) {
                first++;
            }
            kept.add(partition.subList(first, partition.size()));
        }
        return new Traffic(kept);
    }

    /** The good records alone, without frames of sources whose name begins like this. */
    public Traffic withoutSources(String prefix) {
        List<List<Sent>> kept = new ArrayList<>();
        for (List<Sent> partition : partitions) {
            kept.add(partition.stream()
                    .filter(sent -> parsed(sent)
                            .filter(r -> !r.getFrame().getSourceId().startsWith(prefix))
                            .filter(r -> !r.getHeartbeat().getSourceId().startsWith(prefix))
                            .isPresent())
                    .toList());
        }
        return new Traffic(kept);
    }

    /** A good record; empty for a bad one. */
    static Optional<ActivationRecord> parsed(Sent sent) {
        try {
            return sent.bad() == null ? Optional.of(ActivationRecord.parseFrom(sent.bytes())) : Optional.empty();
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("good traffic parses", e);
        }
    }

    /** Without the records that have one of these faults. */
    public Traffic without(Set<BadInput> faults) {
        List<List<Sent>> kept = new ArrayList<>();
        for (List<Sent> partition : partitions) {
            kept.add(partition.stream()
                    .filter(sent -> sent.bad() == null || !faults.contains(sent.bad()))
                    .toList());
        }
        return new Traffic(kept);
    }

    /** Only good records and those with this fault. */
    public Traffic only(BadInput fault) {
        List<List<Sent>> kept = new ArrayList<>();
        for (List<Sent> partition : partitions) {
            kept.add(partition.stream()
                    .filter(sent -> sent.bad() == null || sent.bad() == fault)
                    .toList());
        }
        return new Traffic(kept);
    }
}
