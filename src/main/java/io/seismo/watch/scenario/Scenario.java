package io.seismo.watch.scenario;

import io.seismo.spec.MonitorPlan;
import java.util.List;

/**
 * A scenario that was read. Made by {@link ScenarioReader}, run by {@link ScenarioRunner}.
 */
public final class Scenario {

    private final String name;
    private final MonitorPlan plan;
    private final long startMs;
    private final long intervalMs;
    private final Traffic traffic;
    private final List<Expectation> expectations;

    /** Times of a scenario: event time of its start, length of an interval. */
    record Clock(long startMs, long intervalMs) {}

    Scenario(String name, MonitorPlan plan, Clock clock, Traffic traffic, List<Expectation> expectations) {
        this.name = name;
        this.plan = plan;
        this.startMs = clock.startMs();
        this.intervalMs = clock.intervalMs();
        this.traffic = traffic;
        this.expectations = List.copyOf(expectations);
    }

    /** What it shows, one sentence. */
    public String name() {
        return name;
    }

    /** Number of expectations. */
    public int size() {
        return expectations.size();
    }

    MonitorPlan plan() {
        return plan;
    }

    long startMs() {
        return startMs;
    }

    long intervalMs() {
        return intervalMs;
    }

    Traffic traffic() {
        return traffic;
    }

    List<Expectation> expectations() {
        return expectations;
    }
}
