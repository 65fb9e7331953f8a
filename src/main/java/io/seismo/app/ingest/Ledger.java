package io.seismo.app.ingest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.seismo.app.cli.CommandFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a source has sent: one JSON document a line, appended and forced to disk. A last line that was cut off by a crash is
 * cut away; any other that does not parse is refused.
 *
 * <p>Lines: {@code {"ledger":1,"topic":…,"source":…,"epoch":…}} first; then {@code {"begin":request,"lane":…,"first":…,
 * "frames":…,"rows":…,"offset":…}} and {@code {"done":request}}. One process holds it at a time.
 */
final class Ledger implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int FORMAT = 1;

    private final FileChannel file;
    private final Path path;
    private final long epoch;
    private final Set<String> done = new HashSet<>();
    private final Map<Integer, Long> sequences = new TreeMap<>();
    private final Map<Integer, Long> rows = new TreeMap<>();
    private @Nullable Begun open;

    private Ledger(FileChannel file, Path path, long epoch) {
        this.file = file;
        this.path = path;
        this.epoch = epoch;
    }

    /**
     * A request whose frames have numbers.
     *
     * @param request its id
     * @param lane partition it is sent to
     * @param first number of its first frame
     * @param frames how many it has
     * @param rows how many it has
     * @param offset where the partition ended before its first frame
     */
    record Begun(String request, int lane, long first, int frames, long rows, long offset) {}

    /**
     * Opens or begins a ledger.
     *
     * @param epoch of the source, when it begins now
     * @throws CommandFailure when it is of another source or topic, in use, or not sound
     */
    static Ledger open(Path path, String topic, String source, long epoch) {
        try {
            FileChannel file = FileChannel.open(
                    path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            try {
                lock(file, path);
                return read(
                        file,
                        path,
                        JSON.createObjectNode()
                                .put("ledger", FORMAT)
                                .put("topic", topic)
                                .put("source", source)
                                .put("epoch", epoch));
            } catch (RuntimeException | IOException failure) {
                file.close();
                throw failure;
            }
        } catch (IOException e) {
            throw new CommandFailure("cannot use the ledger " + path + ": " + e.getMessage(), null, e);
        }
    }

    private static void lock(FileChannel file, Path path) throws IOException {
        FileLock lock;
        try {
            lock = file.tryLock();
        } catch (OverlappingFileLockException held) {
            lock = null;
        }
        if (lock == null) {
            throw new CommandFailure("the ledger " + path + " is in use", "Wait for the other 'seismo ingest' to end.");
        }
    }

    private static Ledger read(FileChannel file, Path path, ObjectNode head) throws IOException {
        String text = Files.readString(path);
        int whole = text.lastIndexOf('\n') + 1;
        file.truncate(text.substring(0, whole).getBytes(StandardCharsets.UTF_8).length);
        file.position(file.size());
        if (whole == 0) {
            Ledger fresh = new Ledger(file, path, head.get("epoch").asLong());
            fresh.append(head);
            return fresh;
        }
        String[] lines = text.substring(0, whole).split("\n", -1);
        JsonNode first = parse(path, lines[0]);
        if (first.path("ledger").asInt() != FORMAT
                || !first.path("topic").equals(head.get("topic"))
                || !first.path("source").equals(head.get("source"))) {
            throw new CommandFailure(
                    path + " is the ledger of source " + first.path("source") + " for " + first.path("topic"),
                    "Give --ledger a file of its own for each source and deployment.");
        }
        Ledger ledger = new Ledger(file, path, first.path("epoch").asLong());
        for (int i = 1; i < lines.length - 1; i++) {
            ledger.take(parse(path, lines[i]));
        }
        return ledger;
    }

    private static JsonNode parse(Path path, String line) {
        try {
            return JSON.readTree(line);
        } catch (JsonProcessingException e) {
            throw new CommandFailure(
                    "the ledger " + path + " is damaged", "Restore it; without it files are sent twice.", e);
        }
    }

    private void take(JsonNode line) {
        if (line.has("done")) {
            done.add(line.get("done").asText());
            open = null;
            return;
        }
        book(new Begun(
                line.path("begin").asText(),
                line.path("lane").asInt(),
                line.path("first").asLong(),
                line.path("frames").asInt(),
                line.path("rows").asLong(),
                line.path("offset").asLong()));
    }

    private void book(Begun begun) {
        open = begun;
        sequences.put(begun.lane(), begun.first() + begun.frames() - 1);
        rows.merge(begun.lane(), begun.rows(), Long::sum);
    }

    /** Epoch of the source. */
    long epoch() {
        return epoch;
    }

    /** Whether a request was sent and is in Kafka. */
    boolean done(String request) {
        return done.contains(request);
    }

    /** The request that was begun last and is not done, or {@code null}. */
    @Nullable
    Begun open() {
        return open;
    }

    /** Number of the last frame of a lane. */
    long sequence(int lane) {
        return sequences.getOrDefault(lane, 0L);
    }

    /** Rows sent by lane. */
    Map<Integer, Long> rows() {
        return new TreeMap<>(rows);
    }

    /** Writes down that a request begins, before its first frame. */
    void begin(Begun begun) {
        append(JSON.createObjectNode()
                .put("begin", begun.request())
                .put("lane", begun.lane())
                .put("first", begun.first())
                .put("frames", begun.frames())
                .put("rows", begun.rows())
                .put("offset", begun.offset()));
        book(begun);
    }

    /** Writes down that Kafka has all of a request. */
    void finish(String request) {
        append(JSON.createObjectNode().put("done", request));
        done.add(request);
        open = null;
    }

    private void append(ObjectNode line) {
        try {
            ByteBuffer bytes = ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                file.write(bytes);
            }
            file.force(false);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the ledger " + path, e);
        }
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot close the ledger " + path, e);
        }
    }
}
