package io.seismo.replay;

import io.seismo.wire.FeatureRecord;
import java.util.Iterator;

/** Feature records of one partition in order: read as recorded, or encoded again. */
interface FeatureSource extends Iterator<FeatureRecord>, AutoCloseable {

    /** Offsets to pass, an upper bound of the records. */
    long length();

    /** Offsets passed so far. */
    long passed();

    /** Topic, partition and offset of the record given last, for messages. */
    String place();

    @Override
    void close();
}
