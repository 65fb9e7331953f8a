package io.seismo.replay;

import io.seismo.spec.Timing;
import io.seismo.spec.TopicNames;
import io.seismo.wire.PaneDigest;
import java.time.Instant;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.kafka.common.TopicPartition;

/** How far a deployment's log goes. */
public final class RecordedPanes {

    private long first = Long.MAX_VALUE;
    private long last = Long.MIN_VALUE;

    private RecordedPanes() {}

    /** The last pane merged in any watch partition; empty when none was. */
    public static OptionalLong last(Map<String, Object> client, TopicNames topics) {
        RecordedPanes panes = read(client, topics);
        return panes.first > panes.last ? OptionalLong.empty() : OptionalLong.of(panes.last);
    }

    /** The time that panes cover, in words. */
    static String extent(Map<String, Object> client, TopicNames topics, Timing timing) {
        RecordedPanes panes = read(client, topics);
        return panes.first > panes.last
                ? "the log has no panes yet"
                : "the log goes from " + Instant.ofEpochMilli(timing.end(panes.first) - timing.paneMs()) + " to "
                        + Instant.ofEpochMilli(timing.end(panes.last));
    }

    private static RecordedPanes read(Map<String, Object> client, TopicNames topics) {
        RecordedPanes panes = new RecordedPanes();
        for (int w = 0; w < Partitions.count(client, topics.paneDigests()); w++) {
            Recorded.each(client, new TopicPartition(topics.paneDigests(), w), PaneDigest.parser(), digest -> {
                panes.first = Math.min(panes.first, digest.getPane());
                panes.last = Math.max(panes.last, digest.getPane());
            });
        }
        return panes;
    }
}
