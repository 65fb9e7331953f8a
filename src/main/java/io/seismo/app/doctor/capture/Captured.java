package io.seismo.app.doctor.capture;

import io.seismo.activation.CaptureTrial;
import io.seismo.activation.Reading;
import io.seismo.wire.ActivationRecord;
import io.seismo.wire.Frame;
import org.jspecify.annotations.Nullable;

/**
 * A record as a check sees it.
 *
 * @param partition it lay in; −1 when not known
 * @param stampMs when the broker had it; −1 when not known
 * @param reading what came of its bytes
 * @param look what ENCODE would say of its frame; {@code null} for other records
 */
record Captured(int partition, long stampMs, Reading reading, CaptureTrial.@Nullable Look look) {

    /** Of a record whose bytes were sound. */
    static Captured of(int partition, long stampMs, ActivationRecord record, CaptureTrial trial) {
        return new Captured(
                partition,
                stampMs,
                new Reading.Parsed(record),
                record.hasFrame() ? trial.look(record.getFrame()) : null);
    }

    @Nullable
    ActivationRecord record() {
        return reading instanceof Reading.Parsed parsed ? parsed.record() : null;
    }

    /** Its frame, when it is one. */
    @Nullable
    Frame frame() {
        ActivationRecord record = record();
        return record != null && record.hasFrame() ? record.getFrame() : null;
    }

    /** Its frame, when ENCODE would take it. */
    @Nullable
    Frame taken() {
        return look != null && look.reason() == null ? frame() : null;
    }
}
