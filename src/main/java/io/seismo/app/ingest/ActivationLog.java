package io.seismo.app.ingest;

import io.seismo.wire.ActivationRecord;
import java.util.Set;

/** The topic {@code activations}, as far as ingest needs it. */
interface ActivationLog {

    /** How many partitions there are. */
    int partitions();

    /** Offset after the last record of a partition. */
    long end(int partition);

    /** Hands a record over. */
    void send(int partition, ActivationRecord record);

    /** Waits until everything sent is stored; fails when something is not. */
    void flush();

    /** Numbers of a source epoch's frames in a partition from an offset on. */
    Set<Long> sequences(int partition, long offset, String source, long epoch);
}
