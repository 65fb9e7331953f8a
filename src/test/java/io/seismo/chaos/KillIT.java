package io.seismo.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.seismo.chaos.ChaosRun.Mode;
import io.seismo.chaos.ChaosRun.Moment;
import io.seismo.reference.Traffic;
import io.seismo.reference.TrafficGenerator;
import io.seismo.reference.TrafficSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nothing lost, nothing counted twice: real processes on a real broker, killed with SIGKILL. */
class KillIT {

    private static final long SEED = 1;

    @TempDir
    private Path dir;

    @Test
    void shouldEqualTheReferenceWhenKilledFiveTimes() throws Exception {
        // Given
        List<Moment> kills =
                List.of(Moment.PROGRESS, Moment.RESTORE, Moment.PANE_CLOSE, Moment.PROGRESS, Moment.PANE_CLOSE);

        // When
        Optional<String> difference = run(Mode.EXACTLY_ONCE, kills);

        // Then
        assertThat(difference).isEmpty();
    }

    @Test
    void shouldEqualTheReferenceWithTwoThreadsAndTwoInstances() throws Exception {
        // Given
        Mode mode = new Mode(2, 2, "exactly_once_v2");

        // When
        Optional<String> difference = run(mode, List.of(Moment.PROGRESS));

        // Then
        assertThat(difference).isEmpty();
    }

    @Test
    void shouldDifferFromTheReferenceWhenOnlyAtLeastOnce() throws Exception {
        // Given the negative control: what exactly-once protects from must show without it
        Mode mode = new Mode(1, 1, "at_least_once");

        // When
        Optional<String> difference =
                run(mode, List.of(Moment.PROGRESS, Moment.PROGRESS, Moment.PROGRESS, Moment.PROGRESS));

        // Then
        assertThat(difference).isPresent();
    }

    private Optional<String> run(Mode mode, List<Moment> kills) throws Exception {
        Traffic traffic = TrafficGenerator.generate(SEED, TrafficSettings.wild().withMinutes(90));
        try (ChaosRun run = new ChaosRun(dir, mode)) {
            ChaosVerdict verdict = new ChaosVerdict(run, traffic);
            run.run(traffic, kills, SEED);
            return verdict.difference();
        }
    }
}
