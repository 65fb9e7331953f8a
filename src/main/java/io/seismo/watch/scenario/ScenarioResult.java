package io.seismo.watch.scenario;

import java.util.List;

/**
 * What came of a scenario.
 *
 * @param scenario its name
 * @param failures expectations that do not hold, one line each; empty when all hold
 * @param moves every alert transition, in order of time
 */
public record ScenarioResult(String scenario, List<String> failures, List<Move> moves) {

    public ScenarioResult {
        failures = List.copyOf(failures);
        moves = List.copyOf(moves);
    }

    /** Whether every expectation holds. */
    public boolean passed() {
        return failures.isEmpty();
    }

    /**
     * A transition.
     *
     * @param afterMs time since the scenario's start
     * @param alert name of the rule
     * @param on watch entry or source
     * @param from state before, in lower case
     * @param to state after, in lower case
     * @param summary first line of its evidence
     */
    public record Move(long afterMs, String alert, String on, String from, String to, String summary) {}
}
