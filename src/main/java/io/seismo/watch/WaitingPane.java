package io.seismo.watch;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.seismo.wire.PaneChunk;
import io.seismo.wire.PanePartial;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What waits in the inbox for one pane, read in one scan. */
final class WaitingPane {

    private static final byte VERSION = 1;

    private final List<String> keys = new ArrayList<>();
    private final TreeMap<Integer, List<PaneChunk>> chunks = new TreeMap<>();
    /** Partials that carry a marker, by partition. */
    private final TreeMap<Integer, PanePartial> markers = new TreeMap<>();

    private WaitingPane() {}

    static WaitingPane read(KeyedState state, long pane) {
        WaitingPane waiting = new WaitingPane();
        state.scan(Keys.inbox(pane), waiting::add);
        return waiting;
    }

    /** Keys of everything read. */
    List<String> keys() {
        return keys;
    }

    /** Whether all chunks are here that the partition's marker announces; without a marker none are. */
    boolean complete(int partition) {
        PanePartial closing = markers.get(partition);
        return closing == null
                || chunks(partition).size() >= closing.getMarker().getChunks();
    }

    /** What a partition says, if its marker is here. */
    @Nullable
    Contribution contribution(int partition) {
        PanePartial closing = markers.get(partition);
        return closing == null
                ? null
                : new Contribution(partition, closing.getEpoch(), chunks(partition), closing.getMarker());
    }

    /** A value as it is stored: format version, then the record as it came. */
    static byte[] stored(PanePartial partial) {
        byte[] value = new byte[1 + partial.getSerializedSize()];
        value[0] = VERSION;
        partial.toByteString().copyTo(value, 1);
        return value;
    }

    private List<PaneChunk> chunks(int partition) {
        return chunks.getOrDefault(partition, List.of());
    }

    private void add(String key, byte[] value) {
        keys.add(key);
        PanePartial partial = parse(value);
        if (partial.hasMarker()) {
            markers.put(partial.getPartition(), partial);
        } else {
            chunks.computeIfAbsent(partial.getPartition(), p -> new ArrayList<>())
                    .add(partial.getChunk());
        }
    }

    private static PanePartial parse(byte[] stored) {
        if (stored.length == 0 || stored[0] != VERSION) {
            throw new IllegalArgumentException("inbox entry is not of format version " + VERSION);
        }
        try {
            return PanePartial.parseFrom(ByteString.copyFrom(stored, 1, stored.length - 1));
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException("inbox entry cannot be parsed", e);
        }
    }
}
