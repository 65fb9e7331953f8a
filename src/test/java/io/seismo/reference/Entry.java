package io.seismo.reference;

import io.seismo.wire.Frame;
import io.seismo.wire.Heartbeat;
import io.seismo.wire.Reason;
import java.util.List;

/** What one record of {@code activations} turned out to be. */
public sealed interface Entry {

    /** Place in its partition. */
    long offset();

    /** Time moved, or was repeated. */
    record Ticked(long offset, long timeMs) implements Entry {}

    /** A source said it lives. */
    record Beat(long offset, Heartbeat heartbeat) implements Entry {}

    /** A frame that counts. */
    record Accepted(long offset, Frame frame, long missingFrames, List<ReferenceCanaries.Said> canaries)
            implements Entry {}

    /** A record that counts for nothing but this. */
    record Refused(long offset, Reason reason, long pane, int rows, List<ReferenceCanaries.Said> canaries)
            implements Entry {}
}
