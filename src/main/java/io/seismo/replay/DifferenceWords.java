package io.seismo.replay;

import io.seismo.spec.MonitorPlan;
import java.time.Instant;
import java.util.List;

/** Differences as a person reads them: pane with its time, watch partition, block. */
final class DifferenceWords {

    private final MonitorPlan plan;

    DifferenceWords(MonitorPlan plan) {
        this.plan = plan;
    }

    List<String> describe(List<Comparison.Difference> differences) {
        return differences.stream().map(this::describe).toList();
    }

    private String describe(Comparison.Difference difference) {
        Place place = difference.place();
        Instant start = Instant.ofEpochMilli(place.pane() * plan.timing().paneMs());
        String block = difference.block().isEmpty() ? "" : ", block " + difference.block();
        return "pane " + place.pane() + " (" + start + "), watch partition " + place.watchPartition() + ": "
                + difference.what() + block + ": " + difference.detail();
    }
}
