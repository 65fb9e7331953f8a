package io.seismo.app.ingest;

import java.time.Duration;

/**
 * How files are treated that somebody may still be writing.
 *
 * @param delete whether a file is deleted, with its lock, once Kafka has all of it
 * @param patience for how long a file that is refused is tried again, while it is locked or was changed so recently
 */
record Handling(boolean delete, Duration patience) {

    /** Files that nobody writes any more, and that are kept. */
    static final Handling FINISHED = new Handling(false, Duration.ZERO);
}
