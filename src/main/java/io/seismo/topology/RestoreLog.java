package io.seismo.topology;

import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.StateRestoreListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says what is being restored and how much is left; a long restore must not look like a hang. */
final class RestoreLog implements StateRestoreListener {

    private static final Logger LOG = LoggerFactory.getLogger(RestoreLog.class);
    private static final long EVERY = 100_000;

    private final String role;

    RestoreLog(String role) {
        this.role = role;
    }

    @Override
    public void onRestoreStart(TopicPartition partition, String store, long from, long to) {
        if (to > from) {
            LOG.info("role {} restoring {}-{}: up to {} records", role, store, partition.partition(), to - from);
        }
    }

    @Override
    public void onBatchRestored(TopicPartition partition, String store, long batchEnd, long count) {
        if (batchEnd / EVERY != (batchEnd - count) / EVERY) {
            LOG.info("role {} restoring {}-{}: at offset {}", role, store, partition.partition(), batchEnd);
        }
    }

    @Override
    public void onRestoreEnd(TopicPartition partition, String store, long total) {
        LOG.debug("role {} restored {}-{}: {} records", role, store, partition.partition(), total);
    }
}
