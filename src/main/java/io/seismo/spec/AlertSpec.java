package io.seismo.spec;

import io.seismo.wire.Severity;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An alert rule.
 *
 * @param from detectors, any of which raises it
 * @param forMs how long the condition must hold
 * @param keepFiringForMs how long it keeps firing afterwards
 * @param severity instead of the watch entry's; {@code null} takes the entry's
 * @param team instead of the watch entry's; empty takes the entry's
 * @param groupBy labels receivers group by
 * @param runbook path or URL; empty when not given
 */
public record AlertSpec(
        List<String> from,
        long forMs,
        long keepFiringForMs,
        @Nullable Severity severity,
        String team,
        List<String> groupBy,
        String runbook) {

    public AlertSpec {
        from = List.copyOf(from);
        groupBy = List.copyOf(groupBy);
    }
}
