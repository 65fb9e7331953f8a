package io.seismo.app.requests;

import io.seismo.activation.FrameReader;
import io.seismo.activation.Reading;
import io.seismo.wire.ActivationRecord;
import io.seismo.wire.Frame;
import io.seismo.wire.Reason;
import io.seismo.wire.Segment;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.BitSet;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Records of {@code activations} on their way into a file of frames: wanted parts are written, the others counted. */
final class Export {

    private final OutputStream out;
    private final FrameCut cut;
    private final long mostBytes;
    private final long graceMs;
    private final long maxAgeMs;
    private final Map<String, Long> refused = new TreeMap<>();
    private long bytes;
    private long frames;
    private long rows;
    private long fullAtMs = -1;

    /**
     * Into a stream, which is not closed here.
     *
     * @param mostBytes after so many no request begins; those that have begun are written to their end
     * @param limits what ends the reading of a partition
     */
    Export(OutputStream out, FrameCut cut, long mostBytes, Limits limits) {
        this.out = out;
        this.cut = cut;
        this.mostBytes = mostBytes;
        this.graceMs = limits.graceMs();
        this.maxAgeMs = limits.maxAgeMs();
    }

    /**
     * When a request cannot go on.
     *
     * @param graceMs how long a pane waits for late frames
     * @param maxAgeMs of a request, from its first row
     */
    record Limits(long graceMs, long maxAgeMs) {}

    /** Takes the next record of a partition; says whether anything more of the partition can be wanted. */
    boolean take(byte @Nullable [] value, RequestChoice choice) {
        Reading reading = FrameReader.read(value);
        if (reading instanceof Reading.Refused no) {
            refuse(no.reason());
            return true;
        }
        ActivationRecord record = ((Reading.Parsed) reading).record();
        if (record.hasTick()) {
            return !choice.over(record.getTick().getTimeMs(), graceMs, maxAgeMs);
        }
        if (record.hasFrame()) {
            frame(record, choice);
        }
        return true;
    }

    private void frame(ActivationRecord record, RequestChoice choice) {
        Frame frame = record.getFrame();
        BitSet chosen = new BitSet();
        for (int s = 0; s < frame.getSegmentsCount(); s++) {
            Segment segment = frame.getSegments(s);
            chosen.set(s, choice.take(segment, frame.getTimestampMs()));
        }
        if (chosen.isEmpty()) {
            return;
        }
        if (!FrameCut.fits(frame)) {
            refuse(Reason.REASON_LENGTH);
            return;
        }
        Frame kept = cut.cut(frame, chosen);
        if (kept == null) {
            refuse(Reason.REASON_HOOKS_SPLIT);
            return;
        }
        write(record.toBuilder().setFrame(kept).build());
        for (Segment segment : kept.getSegmentsList()) {
            rows += segment.getRows();
        }
        if (bytes >= mostBytes) {
            fullAtMs = fullAtMs < 0 ? frame.getTimestampMs() : fullAtMs;
            choice.fill();
        }
    }

    private void write(ActivationRecord record) {
        try {
            record.writeDelimitedTo(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        bytes += record.getSerializedSize();
        frames++;
    }

    private void refuse(Reason reason) {
        refused.merge(reason.name().substring("REASON_".length()).toLowerCase(Locale.ROOT), 1L, Long::sum);
    }

    /** Whether no request begins any more. */
    boolean full() {
        return fullAtMs >= 0;
    }

    /** Time of the frame that filled it; −1 where it was not filled. */
    long fullAtMs() {
        return fullAtMs;
    }

    long bytes() {
        return bytes;
    }

    long frames() {
        return frames;
    }

    long rows() {
        return rows;
    }

    /** Records that were left out, by reason. */
    Map<String, Long> refused() {
        return refused;
    }
}
