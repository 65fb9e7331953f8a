package io.seismo.app.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.seismo.weights.WeightsException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that are whole, half written, or never will be; a clock that moves while the run waits. */
class FileRunTest {

    private static final Instant NOW = Instant.ofEpochSecond(1_790_000_000);
    private static final Handling KEEP = new Handling(false, Duration.ofSeconds(10));
    private static final Handling DELETE = new Handling(true, Duration.ofSeconds(10));

    @TempDir
    private Path dir;

    private final List<String> tries = new ArrayList<>();
    private Instant time = NOW;
    private int pauses;
    private int settled;

    private Path file(String name, String content, Duration age) throws IOException {
        Path file = Files.writeString(dir.resolve(name), content);
        return Files.setLastModifiedTime(file, FileTime.from(time.minus(age)));
    }

    /** Sends files that say "whole"; "known" was sent before. Between tries a second passes and {@code meanwhile} happens. */
    private FileRun run(Handling handling, Runnable meanwhile, Path... files) {
        FileRun run = new FileRun(this::send, handling, () -> time, () -> {
            pauses++;
            time = time.plusSeconds(1);
            meanwhile.run();
        });
        run.over(List.of(files), () -> settled++);
        return run;
    }

    private Ingest.Fate send(Path file) {
        tries.add(String.valueOf(file.getFileName()));
        try {
            return switch (Files.readString(file)) {
                case "whole" -> Ingest.Fate.SENT;
                case "known" -> Ingest.Fate.KNOWN;
                default -> throw new WeightsException(file + " may be truncated", "");
            };
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void shouldTryHalfWrittenFilesAgainUntilTheyAreWhole() throws IOException {
        Path half = file("half", "wh", Duration.ZERO);
        Path whole = file("whole", "whole", Duration.ofHours(1));
        FileRun run = run(
                KEEP,
                () -> {
                    if (pauses == 3) {
                        write(half, "whole");
                    }
                },
                half,
                whole);
        assertThat(tries).containsExactly("half", "whole", "half", "half", "half");
        assertThat(run.sent()).isEqualTo(2);
        assertThat(run.refused()).isEmpty();
        assertThat(List.of(half, whole)).as("kept").allMatch(Files::exists);
        assertThat(settled).isEqualTo(2);
    }

    @Test
    void shouldRefuseWhatStaysHalfWrittenAndAtOnceWhatIsOld() throws IOException {
        Path half = file("half", "wh", Duration.ZERO);
        Path old = file("old", "wh", Duration.ofHours(1));
        FileRun run = run(KEEP, () -> {}, half, old);
        assertThat(pauses).isEqualTo(10);
        assertThat(tries).filteredOn("old"::equals).hasSize(1);
        assertThat(run.refused()).containsOnlyKeys(half.toString(), old.toString());
        assertThat(settled).isEqualTo(2);

        pauses = 0;
        run(Handling.FINISHED, () -> {}, file("half", "wh", Duration.ZERO));
        assertThat(pauses).isZero();
    }

    @Test
    void shouldDeleteWhatItSentWithItsLockAndNothingElse() throws IOException {
        Path sent = file("sent", "whole", Duration.ZERO);
        Path lock = file("sent.lock", "", Duration.ZERO);
        Path known = file("known", "known", Duration.ZERO);
        Path bad = file("bad", "?", Duration.ofHours(1));
        FileRun run = run(DELETE, () -> {}, sent, known, bad);
        assertThat(run.deleted()).isEqualTo(1);
        assertThat(List.of(sent, lock)).noneMatch(Files::exists);
        assertThat(List.of(known, bad)).allMatch(Files::exists);
        assertThat(run(KEEP, () -> {}, file("kept", "whole", Duration.ZERO)).deleted())
                .isZero();
    }

    private static void write(Path file, String content) {
        try {
            Files.writeString(file, content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
