package io.seismo.app.ingest;

import com.google.protobuf.UnsafeByteOperations;
import io.seismo.spec.MonitorSpec;
import io.seismo.spec.TapSpec;
import io.seismo.weights.ByteSource;
import io.seismo.weights.WeightsException;
import io.seismo.window.Fnv;
import io.seismo.wire.ActivationRecord;
import io.seismo.wire.Attribute;
import io.seismo.wire.End;
import io.seismo.wire.Frame;
import io.seismo.wire.Heartbeat;
import io.seismo.wire.Outcome;
import io.seismo.wire.Phase;
import io.seismo.wire.Segment;
import io.seismo.wire.Tensor;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.CRC32C;

/** Sends the sequences of exports as requests, once each, with a ledger. One thread. */
final class Ingest {

    /** Payload of a frame: under 1 MiB with room for names and segments. */
    private static final int FRAME_BYTES = 900 << 10;

    private static final int FRAME_ROWS = 512;
    private static final int LABEL = 64;
    private static final int HASH = 24;
    private static final int LONGEST_ID = 128;
    private static final String TOOL = "seismo-ingest 1";

    private final MonitorSpec spec;
    private final String source;
    private final ActivationLog log;
    private final Ledger ledger;
    private final InstantSource clock;
    private final Set<Integer> touched = new TreeSet<>();
    private long frames;
    private long rows;

    Ingest(MonitorSpec spec, String source, ActivationLog log, Ledger ledger, InstantSource clock) {
        this.spec = spec;
        this.source = source;
        this.log = log;
        this.ledger = ledger;
        this.clock = clock;
    }

    /** What became of a file. */
    enum Fate {
        SENT,
        /** All of it had been sent before. */
        KNOWN
    }

    /**
     * Sends what a file holds and was not sent before. A request is named after the content of its file and the number of
     * its sequence, so that a copy of a file is known.
     */
    Fate send(Export export, Path file) {
        return send(export, file, source + "-" + ByteSource.file(file).sha256().substring(0, HASH) + "-");
    }

    /** Sends a file of one request, whose name is the file's. */
    Fate sendNamed(Export export, Path file) {
        String name = String.valueOf(file.getFileName());
        String request = name.substring(0, name.lastIndexOf('.'));
        if (request.getBytes(StandardCharsets.UTF_8).length > LONGEST_ID) {
            throw new WeightsException(file + " names a request of more than 128 bytes", "rename it");
        }
        if (ledger.done(request)) {
            return Fate.KNOWN;
        }
        request(export, 0, new Named(request, label(file)));
        return Fate.SENT;
    }

    private Fate send(Export export, Path file, String name) {
        Fate fate = Fate.KNOWN;
        for (int sequence = 0; sequence < export.sequences(); sequence++) {
            String request = name + sequence;
            if (export.rows(sequence) > 0 && !ledger.done(request)) {
                request(export, sequence, new Named(request, label(file)));
                fate = Fate.SENT;
            }
        }
        return fate;
    }

    /** The file's name as an attribute: at most 64 bytes, of letters that need one each. */
    private static String label(Path file) {
        String name = String.valueOf(file.getFileName()).replaceAll("[^A-Za-z0-9._-]", "_");
        return name.substring(0, Math.min(name.length(), LABEL));
    }

    private record Named(String request, String file) {}

    private void request(Export export, int sequence, Named named) {
        String request = named.request;
        int lane = Math.floorMod(Fnv.hash32(request), log.partitions());
        int step = Math.max(1, Math.min(FRAME_ROWS, FRAME_BYTES / export.rowBytes()));
        int count = (export.rows(sequence) + step - 1) / step;
        Ledger.Begun begun = ledger.open();
        Set<Long> stored = Set.of();
        if (begun == null || !begun.request().equals(request)) {
            begun = new Ledger.Begun(
                    request, lane, ledger.sequence(lane) + 1, count, export.rows(sequence), log.end(lane));
            ledger.begin(begun);
        } else {
            stored = log.sequences(lane, begun.offset(), lane(lane), ledger.epoch());
        }
        for (int n = 0; n < count; n++) {
            if (!stored.contains(begun.first() + n)) {
                int from = n * step;
                int own = Math.min(step, export.rows(sequence) - from);
                log.send(lane, frame(export, sequence, new Part(named, begun.first() + n, lane, from, own)));
                frames++;
                rows += own;
            }
        }
        log.flush();
        ledger.finish(request);
        touched.add(lane);
    }

    private record Part(Named named, long sequence, int lane, int from, int rows) {}

    private ActivationRecord frame(Export export, int sequence, Part part) {
        Segment.Builder segment = Segment.newBuilder()
                .setRequestId(part.named.request)
                .setStartPosition(part.from)
                .setRows(part.rows)
                .setPhase(Phase.PHASE_PROMPT)
                .addAttributes(Attribute.newBuilder().setKey("file").setValue(part.named.file));
        int all = export.rows(sequence);
        if (part.from + part.rows == all) {
            segment.setEnd(End.newBuilder().setRowsExpected(all).setOutcome(Outcome.OUTCOME_COMPLETED));
        }
        Frame.Builder frame = Frame.newBuilder()
                .setSourceId(lane(part.lane))
                .setSourceEpoch(ledger.epoch())
                .setSourceSeq(part.sequence)
                .setTimestampMs(clock.millis())
                .setModel(spec.model().name())
                .setRevision(spec.model().revision())
                .setCaptureTool(TOOL)
                .addSegments(segment);
        for (TapSpec tap : export.taps()) {
            byte[] data = export.bytes(tap, sequence, part.from, part.rows);
            CRC32C crc = new CRC32C();
            crc.update(data);
            frame.addTensors(Tensor.newBuilder()
                    .setHook(tap.hook())
                    .setDtype(tap.dtype())
                    .addShape(part.rows)
                    .addShape(tap.dIn())
                    .setData(UnsafeByteOperations.unsafeWrap(data))
                    .setCrc32C((int) crc.getValue()));
        }
        return ActivationRecord.newBuilder().setSchemaVersion(1).setFrame(frame).build();
    }

    /** A heartbeat for each lane that was written, with all this source ever sent: coverage then knows that nothing is missing. */
    void close() {
        for (int lane : touched) {
            log.send(
                    lane,
                    ActivationRecord.newBuilder()
                            .setSchemaVersion(1)
                            .setHeartbeat(Heartbeat.newBuilder()
                                    .setSourceId(lane(lane))
                                    .setSourceEpoch(ledger.epoch())
                                    .setTimestampMs(clock.millis())
                                    .setFramesSent(ledger.sequence(lane))
                                    .setRowsServed(ledger.rows().getOrDefault(lane, 0L)))
                            .build());
        }
        log.flush();
    }

    long frames() {
        return frames;
    }

    long rows() {
        return rows;
    }

    private String lane(int lane) {
        return source + "/" + lane;
    }
}
