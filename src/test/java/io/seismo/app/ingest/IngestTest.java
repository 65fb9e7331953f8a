package io.seismo.app.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seismo.app.cli.CommandFailure;
import io.seismo.spec.MonitorSpec;
import io.seismo.spec.SpecParser;
import io.seismo.spec.TapSpec;
import io.seismo.wire.ActivationRecord;
import io.seismo.wire.Frame;
import io.seismo.wire.Segment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ingest in front of a log that can die at any record. */
class IngestTest {

    private static final String SPEC = """
            seismo: 1
            deployment: files
            model: { name: m, revision: "1" }
            taps:
              mid: { hook: x, d_in: 4, dtype: f32, skip: [special, padding, first] }
            encoders:
              topics: { sae: demo/sae, tap: mid }
            watch:
              one: { read: topics/1, severity: page }
            detectors:
              never: { watch: "*", method: cap, above: 1.0, set_by: "a test" }
            alerts:
              Spike: { from: [never] }
            partitions: { activations: 3, watch: 1 }
            """;
    private static final String TOPIC = "seismo.files.activations";
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.ofEpochMilli(1_790_000_000_000L));

    @TempDir
    private Path dir;

    private final Stored log = new Stored();

    /** Keeps records by partition; dies before the record after {@code left}. */
    private static final class Stored implements ActivationLog {
        private final List<List<ActivationRecord>> records =
                List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        private int left = Integer.MAX_VALUE;

        @Override
        public int partitions() {
            return records.size();
        }

        @Override
        public long end(int partition) {
            return records.get(partition).size();
        }

        @Override
        public void send(int partition, ActivationRecord record) {
            if (left-- == 0) {
                throw new IllegalStateException("killed");
            }
            records.get(partition).add(record);
        }

        @Override
        public void flush() {}

        @Override
        public Set<Long> sequences(int partition, long offset, String source, long epoch) {
            Set<Long> found = new TreeSet<>();
            for (ActivationRecord record : records.get(partition)
                    .subList((int) offset, records.get(partition).size())) {
                if (record.getFrame().getSourceId().equals(source)
                        && record.getFrame().getSourceEpoch() == epoch) {
                    found.add(record.getFrame().getSourceSeq());
                }
            }
            return found;
        }
    }

    private Path ledger() {
        return dir.resolve("ledger");
    }

    private Ingest.Fate run(Path file) {
        MonitorSpec spec = SpecParser.parse("test", SPEC).spec();
        TapSpec tap = spec.taps().values().iterator().next();
        try (Ledger ledger = Ledger.open(ledger(), TOPIC, "s", 77)) {
            Ingest ingest = new Ingest(spec, "s", log, ledger, CLOCK);
            Ingest.Fate fate = ingest.send(Export.open(file, new Layout(Layout.Tool.ROWS, 0), List.of(tap)), file);
            ingest.close();
            return fate;
        }
    }

    private List<Frame> frames() {
        List<Frame> frames = new ArrayList<>();
        for (List<ActivationRecord> partition : log.records) {
            long last = 0;
            for (ActivationRecord record : partition) {
                if (record.hasFrame()) {
                    assertThat(record.getFrame().getSourceSeq())
                            .as("no gap, no repeat")
                            .isEqualTo(++last);
                    frames.add(record.getFrame());
                }
            }
        }
        return frames;
    }

    /** Rows by request, which must come in order and once. */
    private TreeMap<String, Integer> rows() {
        TreeMap<String, Integer> rows = new TreeMap<>();
        for (Frame frame : frames()) {
            Segment segment = frame.getSegments(0);
            assertThat(segment.getStartPosition()).isEqualTo(rows.getOrDefault(segment.getRequestId(), 0));
            rows.merge(segment.getRequestId(), segment.getRows(), Integer::sum);
            if (segment.hasEnd()) {
                assertThat(segment.getEnd().getRowsExpected()).isEqualTo(rows.get(segment.getRequestId()));
            }
        }
        return rows;
    }

    private Path file(String name, int sequences, int positions) throws IOException {
        return ExportTest.npy(dir.resolve(name), "<f4", sequences, positions, 4);
    }

    @Test
    void shouldSendEachSequenceAsARequest() throws IOException {
        assertThat(run(file("Größe 1.npy", 5, 1200))).isEqualTo(Ingest.Fate.SENT);
        assertThat(rows())
                .hasSize(5)
                .allSatisfy((request, count) -> assertThat(count).isEqualTo(1200));
        assertThat(frames()).hasSize(15).allSatisfy(frame -> {
            assertThat(frame.getModel()).isEqualTo("m");
            assertThat(frame.getTensors(0).getData().size())
                    .isEqualTo(16 * frame.getSegments(0).getRows());
            assertThat(frame.getSegments(0).getAttributes(0).getValue()).isEqualTo("Gr__e_1.npy");
        });
        long served = 0;
        for (List<ActivationRecord> partition : log.records) {
            ActivationRecord last =
                    partition.isEmpty() ? ActivationRecord.getDefaultInstance() : partition.get(partition.size() - 1);
            served += last.getHeartbeat().getRowsServed();
        }
        assertThat(served).isEqualTo(6000);
    }

    @Test
    void shouldKnowWhatWasSentAlsoUnderAnotherName() throws IOException {
        Path file = file("a.npy", 2, 3);
        run(file);
        int before = frames().size();
        assertThat(run(file)).isEqualTo(Ingest.Fate.KNOWN);
        assertThat(run(Files.copy(file, dir.resolve("copy.npy")))).isEqualTo(Ingest.Fate.KNOWN);
        assertThat(frames()).hasSize(before);
        assertThat(run(file("b.npy", 2, 4))).isEqualTo(Ingest.Fate.SENT);
        assertThat(rows()).hasSize(4);
    }

    @Test
    void shouldCallARequestOfVllmAsItsFileIsCalled() throws IOException {
        Path file = file("chatcmpl-7.npy", 1, 3);
        MonitorSpec spec = SpecParser.parse("test", SPEC).spec();
        Export export =
                Export.open(file, new Layout(Layout.Tool.ROWS, 0), spec.taps().values());
        try (Ledger ledger = Ledger.open(ledger(), TOPIC, "s", 77)) {
            Ingest ingest = new Ingest(spec, "s", log, ledger, CLOCK);
            assertThat(ingest.sendNamed(export, file)).isEqualTo(Ingest.Fate.SENT);
            assertThat(ingest.sendNamed(export, file)).isEqualTo(Ingest.Fate.KNOWN);
        }
        assertThat(rows()).containsExactly(Map.entry("chatcmpl-7", 3));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8})
    void shouldSendEverythingOnceWhereverItIsKilled(int records) throws IOException {
        Path file = file("a.npy", 3, 1200);
        log.left = records;
        assertThatThrownBy(() -> run(file)).hasMessage("killed");
        log.left = Integer.MAX_VALUE;
        assertThat(run(file)).isEqualTo(Ingest.Fate.SENT);
        assertThat(rows())
                .hasSize(3)
                .allSatisfy((request, count) -> assertThat(count).isEqualTo(1200));
        assertThat(frames()).hasSize(9);
    }

    @Test
    void shouldSendTwiceWithoutItsLedgerWhichIsWhyItIsKept() throws IOException {
        Path file = file("a.npy", 1, 3);
        run(file);
        Files.delete(ledger());
        run(file);
        assertThat(log.records.stream()
                        .mapToLong(all ->
                                all.stream().filter(ActivationRecord::hasFrame).count())
                        .sum())
                .isEqualTo(2);
    }

    @Test
    void shouldGoOnBehindALineThatACrashCutOff() throws IOException {
        Path file = file("a.npy", 1, 3);
        run(file);
        Files.writeString(ledger(), "{\"begin\":\"s-1", StandardOpenOption.APPEND);
        assertThat(run(file)).isEqualTo(Ingest.Fate.KNOWN);
        Files.writeString(ledger(), "{\"begin\n", StandardOpenOption.APPEND);
        assertThatThrownBy(() -> run(file)).isInstanceOf(CommandFailure.class).hasMessageContaining("damaged");
    }

    @Test
    void shouldRefuseTheLedgerOfAnotherAndOneInUse() throws IOException {
        run(file("a.npy", 1, 3));
        assertThatThrownBy(() -> Ledger.open(ledger(), TOPIC, "t", 1)).hasMessageContaining("is the ledger of source");
        assertThatThrownBy(() -> Ledger.open(ledger(), "other", "s", 1))
                .hasMessageContaining("is the ledger of source");
        try (Ledger held = Ledger.open(ledger(), TOPIC, "s", 1)) {
            assertThat(held.epoch()).isEqualTo(77);
            assertThatThrownBy(() -> Ledger.open(ledger(), TOPIC, "s", 1)).hasMessageContaining("in use");
        }
    }
}
