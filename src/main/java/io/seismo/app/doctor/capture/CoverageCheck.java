package io.seismo.app.doctor.capture;

import io.seismo.app.doctor.Finding;
import io.seismo.wire.ActivationRecord;
import io.seismo.wire.Frame;
import io.seismo.wire.Heartbeat;
import io.seismo.wire.Segment;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;

/** Rows that came against rows the sources say they served, between two heartbeats of each. */
final class CoverageCheck implements CaptureCheck {

    private static final int MAX_SOURCES = 4_096;

    private final double floor;
    private final TreeMap<String, Source> sources = new TreeMap<>();
    private long came;
    private long served;
    private long dropped;
    private long beats;

    /** @param floor share below which it is wrong */
    CoverageCheck(double floor) {
        this.floor = floor;
    }

    private static final class Source {
        long epoch;
        long rows;
        long served = -1;
        long dropped;
    }

    @Override
    public void see(Captured record) {
        ActivationRecord parsed = record.record();
        Frame frame = record.taken();
        if (frame != null) {
            Source source = source(frame.getSourceId(), frame.getSourceEpoch());
            // Who writes its first frame has served nothing before it.
            source.served = source.served < 0 && frame.getSourceSeq() == 1 ? 0 : source.served;
            for (Segment segment : frame.getSegmentsList()) {
                source.rows += segment.getRows();
            }
        } else if (parsed != null && parsed.hasHeartbeat()) {
            settle(parsed.getHeartbeat());
        }
    }

    private void settle(Heartbeat beat) {
        Source source = source(beat.getSourceId(), beat.getSourceEpoch());
        beats++;
        if (source.served >= 0) {
            came += source.rows;
            served += Math.max(0, beat.getRowsServed() - source.served);
            dropped += Math.max(0, beat.getFramesDropped() - source.dropped);
        }
        source.rows = 0;
        source.served = beat.getRowsServed();
        source.dropped = beat.getFramesDropped();
    }

    /** What came before the first heartbeat that is seen is not counted: nobody knows what was served meanwhile. */
    private Source source(String id, long epoch) {
        Source source = sources.get(id);
        if (source == null || epoch > source.epoch) {
            source = new Source();
            source.epoch = epoch;
            if (sources.size() < MAX_SOURCES) {
                sources.put(id, source);
            }
        }
        return source;
    }

    @Override
    public List<Finding> findings() {
        if (served == 0) {
            return List.of(
                    beats == 0
                            ? Finding.fail(
                                    "coverage",
                                    "no source sends heartbeats: losses before Kafka cannot be seen",
                                    "Send heartbeats with rows_served; the Python client does.")
                            : new Finding(
                                    "coverage",
                                    Finding.Status.SKIPPED,
                                    "no source sent two heartbeats with rows served between them",
                                    "Look for longer: --capture 60."));
        }
        double share = (double) came / served;
        String words = String.format(
                Locale.ROOT,
                "%.1f %% of %,d rows served came%s",
                100 * share,
                served,
                dropped > 0 ? String.format(Locale.ROOT, "; the capture dropped %,d frames", dropped) : "");
        if (share < floor) {
            return List.of(Finding.fail(
                    "coverage",
                    words,
                    "Below " + Math.round(100 * floor)
                            + " %: a larger max_bytes, fewer hook points, or a faster link."));
        }
        return List.of(
                share > 1.05
                        ? Finding.warn(
                                "coverage",
                                words,
                                "More rows came than were served: rows_served counts something else.")
                        : Finding.ok("coverage", words));
    }
}
