package io.seismo.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What ran live on Kafka Streams, replayed from its topics. */
class VerifyIT {

    @TempDir
    private Path dir;

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void shouldEqualLiveFromOriginAndFromASnapshot(int threads) throws Exception {
        try (RecordedRun run = RecordedRun.live(dir, threads)) {
            for (Replay.Source source : Replay.Source.values()) {
                Replay.Outcome whole = run.verify(source, null);
                Replay.Outcome part = run.verify(source, RecordedRun.HOUR_END_MS);

                assertThat(whole.differences()).isEmpty();
                assertThat(whole.startPane()).isNull();
                assertThat(whole.panes()).isGreaterThan(130);
                assertThat(whole.transitions()).isPositive();
                assertThat(part.differences()).isEmpty();
                assertThat(part.startPane()).isEqualTo(RecordedRun.PLAN.timing().pane(RecordedRun.HOUR_END_MS) - 1);
                assertThat(part.panes()).isBetween(60L, 80L);
                assertThat(part.approximate()).isEmpty();
            }
        }
    }

    @Test
    void shouldNameTopicPartitionAndOffsetWhenAByteOnDiskIsFlipped() throws Exception {
        Path data;
        try (RecordedRun run = RecordedRun.live(dir, 1)) {
            data = run.data();
            assertThat(run.verify(Replay.Source.FEATURES, null).equal()).isTrue();
        }
        flip(data.resolve(RecordedRun.TOPICS.features() + "-1"));

        try (RecordedRun run = RecordedRun.open(data)) {
            assertThatThrownBy(() -> run.verify(Replay.Source.FEATURES, null))
                    .isInstanceOf(ReplayException.class)
                    .hasMessageContaining(RecordedRun.TOPICS.features() + "-1 ")
                    .hasMessageContaining("offset ");
        }
    }

    /** One byte in the middle of the only segment. */
    private static void flip(Path partition) throws Exception {
        List<Path> segments;
        try (var files = Files.list(partition)) {
            segments = files.filter(file -> file.toString().endsWith(".log")).toList();
        }
        try (RandomAccessFile file = new RandomAccessFile(segments.get(0).toFile(), "rw")) {
            long at = file.length() / 2;
            file.seek(at);
            int value = file.read();
            file.seek(at);
            file.write(value ^ 0x10);
        }
    }
}
