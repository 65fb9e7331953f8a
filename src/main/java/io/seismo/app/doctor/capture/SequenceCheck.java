package io.seismo.app.doctor.capture;

import io.seismo.app.doctor.Finding;
import io.seismo.wire.Frame;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;

/** Whether sources count their frames without gaps, repeats and steps back. */
final class SequenceCheck implements CaptureCheck {

    private static final int MAX_SOURCES = 4_096;

    private final TreeMap<String, long[]> last = new TreeMap<>();
    private long missing;
    private long repeated;
    private long gaps;
    private long stale;

    @Override
    public void see(Captured record) {
        Frame frame = record.frame();
        if (frame == null) {
            return;
        }
        long[] before = last.get(frame.getSourceId());
        if (before == null) {
            if (last.size() < MAX_SOURCES) {
                last.put(frame.getSourceId(), new long[] {frame.getSourceEpoch(), frame.getSourceSeq()});
            }
            return;
        }
        if (frame.getSourceEpoch() < before[0]) {
            stale++;
            return;
        }
        long expected = frame.getSourceEpoch() > before[0] ? 1 : before[1] + 1;
        if (frame.getSourceSeq() < expected) {
            repeated++;
            return;
        }
        if (frame.getSourceSeq() > expected) {
            gaps++;
            missing += frame.getSourceSeq() - expected;
        }
        before[0] = frame.getSourceEpoch();
        before[1] = frame.getSourceSeq();
    }

    @Override
    public List<Finding> findings() {
        if (last.isEmpty()) {
            return List.of(new Finding("sequence", Finding.Status.SKIPPED, "no frames", ""));
        }
        if (stale > 0) {
            return List.of(Finding.fail(
                    "sequence",
                    text("%,d frames of a start of their source that a later one has superseded", stale),
                    "Two processes share a source_id: give each its own."));
        }
        if (missing > 0) {
            return List.of(Finding.fail(
                    "sequence",
                    text("%,d frames are missing in %,d gaps", missing, gaps),
                    "They were numbered and never arrived: look for failed sends, and at acks and retries."));
        }
        return List.of(
                repeated > 0
                        ? Finding.warn(
                                "sequence",
                                text("%,d frames came again or behind their successors", repeated),
                                "Harmless when a producer retries; switch idempotence on. One source writes in order.")
                        : Finding.ok("sequence", text("%,d sources, no frame is missing", last.size())));
    }

    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
