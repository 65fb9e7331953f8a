package io.seismo.activation;

import io.seismo.wire.ActivationRecord;
import io.seismo.wire.Reason;

/** What came of a record's bytes. */
public sealed interface Reading {

    /** A record within its bounds. */
    record Parsed(ActivationRecord record) implements Reading {}

    /**
     * A record that is not taken.
     *
     * @param reason why
     * @param detail names the field and the remedy; no content of the record
     * @param rows rows the record claimed, when it could be read
     */
    record Refused(Reason reason, String detail, int rows) implements Reading {}
}
