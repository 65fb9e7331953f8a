package io.seismo.replay;

import java.util.Iterator;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Records of one partition in order of their offsets, from a start to an end fixed when opened. */
interface RecordLog extends Iterator<ConsumerRecord<byte[], byte[]>>, AutoCloseable {

    /** Offsets between start and end: an upper bound of the records, since markers take offsets too. */
    long length();

    /** Offsets already passed. */
    long passed();

    /** The first offset that is still kept; 0 when nothing has been deleted. */
    long kept();

    @Override
    void close();
}
