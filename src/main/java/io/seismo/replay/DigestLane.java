package io.seismo.replay;

import com.google.protobuf.InvalidProtocolBufferException;
import io.seismo.spec.TopicNames;
import io.seismo.wire.PaneDigest;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * What was live in one watch partition: its digests of a range of panes, as they lie in the log, which is in ascending order
 * of panes. Read as far as they are asked for: a range of weeks has more of them than fit into memory.
 */
final class DigestLane implements AutoCloseable {

    private final Iterator<PaneDigest> digests;
    private final Runnable close;
    private final Recorded.Range range;
    private @Nullable PaneDigest next;
    private boolean ended;

    /** Those of {@code digests} that lie in the range. */
    DigestLane(Iterator<PaneDigest> digests, Recorded.Range range) {
        this(digests, () -> {}, range);
    }

    private DigestLane(Iterator<PaneDigest> digests, Runnable close, Recorded.Range range) {
        this.digests = digests;
        this.close = close;
        this.range = range;
    }

    /** Those of a watch partition in the log. */
    static DigestLane open(Map<String, Object> client, TopicNames topics, int watchPartition, Recorded.Range range) {
        PartitionLog log = new PartitionLog(client, topics.paneDigests(), watchPartition);
        try {
            if (range.first() > Long.MIN_VALUE) {
                log.seekClose(record -> parsed(record).getPane(), range.first() - 1);
            }
        } catch (RuntimeException unreadable) {
            log.close();
            throw unreadable;
        }
        Iterator<PaneDigest> digests = new Iterator<>() {
            @Override
            public boolean hasNext() {
                return log.hasNext();
            }

            @Override
            public PaneDigest next() {
                return parsed(log.next());
            }
        };
        return new DigestLane(digests, log::close, range);
    }

    /** The next digest, which stays the next one; {@code null} at the end of the range. */
    @Nullable
    PaneDigest peek() {
        while (next == null && !ended && digests.hasNext()) {
            PaneDigest candidate = digests.next();
            ended = candidate.getPane() > range.last();
            next = range.holds(candidate.getPane()) ? candidate : null;
        }
        return next;
    }

    /** The next digest. */
    PaneDigest next() {
        PaneDigest taken = peek();
        if (taken == null) {
            throw new NoSuchElementException("no more digests");
        }
        next = null;
        return taken;
    }

    @Override
    public void close() {
        close.run();
    }

    private static PaneDigest parsed(ConsumerRecord<byte[], byte[]> record) {
        try {
            return PaneDigest.parseFrom(record.value());
        } catch (InvalidProtocolBufferException e) {
            throw Recorded.damaged(record, e);
        }
    }
}
