package io.seismo.reference;

import java.util.ArrayList;
import java.util.List;
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
