package io.seismo.topology;

import io.seismo.activation.TestFrames;
import io.seismo.wire.ActivationRecord;
import io.seismo.wire.PanePartial;
import io.seismo.wire.Segment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Two minutes of one partition, across a full hour. */
final class DrivenStory {

    /** A minute before a full hour. */
    static final long T0 = 1_000_004_340_000L;

    static final long HOUR = T0 + 60_000;
    static final int RECORDS = 260;

    private DrivenStory() {}

    /** Requests of two frames, some above the caps, some that never end; ticks until past the hour; heartbeats. */
    static List<ActivationRecord> records() {
        List<ActivationRecord> story = new ArrayList<>();
        long seq = 0;
        story.add(TestFrames.tick(T0));
        for (long time = T0; story.size() < RECORDS; time += 2_000) {
            boolean hot = story.size() % 5 == 0;
            String request = "r-" + (seq + 1);
            story.add(frame(++seq, time, Rows.of(request, 0, 2), hot ? 9f : 1.5f));
            if (story.size() % 7 > 0) {
                story.add(frame(++seq, time + 900, Rows.ended(request, 2, 1), hot ? 9f : 1.5f));
            }
            story.add(TestFrames.heartbeat("a", 1, time + 950, seq * 2));
            story.add(TestFrames.tick(time + 1_000));
        }
        return List.copyOf(story.subList(0, RECORDS));
    }

    static ActivationRecord frame(long seq, long time, Segment segment, float signal) {
        return TestFrames.record(
                TestFrames.frame(seq, time, segment, signal, 0, 0, signal).build());
    }

    private static final class Rows {

        static Segment of(String request, int start, int rows) {
            return TestFrames.segment(request, start, rows);
        }

        static Segment ended(String request, int start, int rows) {
            Segment.Builder segment = of(request, start, rows).toBuilder();
            segment.getEndBuilder().setRowsExpected(start + rows).setOutcomeValue(1);
            return segment.build();
        }
    }

    /** What ENCODE sends to watch partition 0 meanwhile. */
    static List<PanePartial> partials(Path directory) {
        try (DrivenRole encode = DrivenRole.encode(directory)) {
            records().forEach(encode::give);
            return encode.sent(DrivenRole.TOPICS.panePartials(), PanePartial.parser()).stream()
                    .filter(sent -> sent.number() == 0)
                    .map(DrivenRole.Sent::message)
                    .toList();
        }
    }
}
