package io.seismo.replay;

import com.google.protobuf.InvalidProtocolBufferException;
import io.seismo.spec.TopicNames;
import io.seismo.wire.PaneDigest;
import java.util.Map;
import java.util.OptionalLong;

/** How far a deployment's log goes. */
public final class RecordedPanes {

    private RecordedPanes() {}

    /** The last pane merged in any watch partition; empty when none was. */
    public static OptionalLong last(Map<String, Object> client, TopicNames topics) {
        OptionalLong last = OptionalLong.empty();
        for (int w = 0; w < Partitions.count(client, topics.paneDigests()); w++) {
            try (PartitionLog log = new PartitionLog(client, topics.paneDigests(), w)) {
                while (log.hasNext()) {
                    long pane = PaneDigest.parseFrom(log.next().value()).getPane();
                    last = OptionalLong.of(Math.max(pane, last.orElse(pane)));
                }
            } catch (InvalidProtocolBufferException e) {
                throw new ReplayException(topics.paneDigests() + " holds a value that is not a digest", e);
            }
        }
        return last;
    }
}
