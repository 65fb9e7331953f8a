package io.seismo.spec;

import io.seismo.wire.Severity;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An alert rule.
 *
 * @param name CamelCase name
 * @param from detector ids, sorted; any of them raises it
 * @param forMs how long the condition must hold before it fires, event time
 * @param keepFiringForMs how long it keeps firing after the condition ended, event time
 * @param severity overrides the watch entry's; {@code null} takes the entry's
 * @param team overrides the watch entry's; empty takes the entry's
 * @param groupBy label names receivers group by
 * @param runbook path or URL; empty when not given
 */
public record AlertPlan(
        String name,
        List<String> from,
        long forMs,
        long keepFiringForMs,
        @Nullable Severity severity,
        String team,
        List<String> groupBy,
        String runbook) {

    public AlertPlan {
        from = List.copyOf(from);
        groupBy = List.copyOf(groupBy);
        if (forMs < 0 || keepFiringForMs < 0) {
            throw new IllegalArgumentException("durations of alert " + name + " must not be negative");
        }
    }
}
