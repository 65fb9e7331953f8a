package io.seismo.app.doctor.capture;

import io.seismo.app.doctor.Finding;
import io.seismo.wire.Frame;
import io.seismo.wire.Segment;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Whether all frames of a request lie in one partition, the producer's one rule. */
final class PartitionsCheck implements CaptureCheck {

    /** Requests remembered; later ones are not looked at. */
    static final int MAX_REQUESTS = 200_000;

    private final Map<String, Integer> places = new HashMap<>();
    private final Set<String> split = new HashSet<>();
    private boolean known;

    @Override
    public void see(Captured record) {
        Frame frame = record.frame();
        if (frame == null || record.partition() < 0) {
            return;
        }
        known = true;
        for (Segment segment : frame.getSegmentsList()) {
            Integer before = places.get(segment.getRequestId());
            if (before == null && places.size() < MAX_REQUESTS) {
                places.put(segment.getRequestId(), record.partition());
            } else if (before != null && before != record.partition()) {
                split.add(segment.getRequestId());
            }
        }
    }

    @Override
    public List<Finding> findings() {
        if (!known) {
            return List.of(new Finding(
                    "partitions", Finding.Status.SKIPPED, "a file does not say them", "Read the topic: --bootstrap."));
        }
        long used = places.values().stream().distinct().count();
        return List.of(
                split.isEmpty()
                        ? Finding.ok(
                                "partitions",
                                String.format(
                                        Locale.ROOT,
                                        "%,d requests, each in one of %,d partitions",
                                        places.size(),
                                        used))
                        : Finding.fail(
                                "partitions",
                                String.format(
                                        Locale.ROOT,
                                        "%,d of %,d requests lie in more than one partition",
                                        split.size(),
                                        places.size()),
                                "Their scores are of pieces: set the partition from the request id, on every frame."));
    }
}
