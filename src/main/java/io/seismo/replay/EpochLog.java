package io.seismo.replay;

import com.google.protobuf.InvalidProtocolBufferException;
import io.seismo.spec.TopicNames;
import io.seismo.wire.Epoch;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The epochs of a deployment, as its log tells them. */
public final class EpochLog {

    private EpochLog() {}

    /** All epochs in ascending order of number. */
    public static List<Epoch> read(Map<String, Object> client, TopicNames topics) {
        TreeMap<Long, Epoch> epochs = new TreeMap<>();
        try (PartitionLog log = new PartitionLog(client, topics.epochs(), 0)) {
            while (log.hasNext()) {
                Epoch epoch = Epoch.parseFrom(log.next().value());
                epochs.put(epoch.getNumber(), epoch);
            }
        } catch (InvalidProtocolBufferException e) {
            throw new ReplayException(topics.epochs() + " holds a value that is not an epoch", e);
        }
        return new ArrayList<>(epochs.values());
    }
}
