package io.seismo.score;

import com.google.protobuf.InvalidProtocolBufferException;
import io.seismo.wire.PaneMarker;
import io.seismo.wire.TopRequest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The requests with the highest scores among those that fired on one watch entry in one pane: at most five, by score,
 * of equal ones by request id. A request is offered again whenever it grew, so what remains at the end are the highest
 * final scores, however the rows were cut into frames.
 */
final class Suspects {

    static final int MAX = 5;

    private static final byte VERSION = 1;
    private static final Comparator<TopRequest> ORDER = Comparator.comparingDouble(TopRequest::getScore)
            .reversed()
            .thenComparing(TopRequest::getRequestId, io.seismo.window.BlockKey.ORDER);

    private final List<TopRequest> top = new ArrayList<>();

    void offer(TopRequest request) {
        top.removeIf(other -> other.getRequestId().equals(request.getRequestId()));
        top.add(request);
        top.sort(ORDER);
        if (top.size() > MAX) {
            top.remove(MAX);
        }
    }

    /** Highest first. */
    List<TopRequest> list() {
        return top;
    }

    byte[] toBytes() {
        byte[] body = PaneMarker.newBuilder().addAllTop(top).build().toByteArray();
        byte[] bytes = new byte[body.length + 1];
        bytes[0] = VERSION;
        System.arraycopy(body, 0, bytes, 1, body.length);
        return bytes;
    }

    static Suspects fromBytes(byte[] bytes) {
        if (bytes.length == 0 || bytes[0] != VERSION) {
            throw new IllegalArgumentException("not suspects of version " + VERSION);
        }
        Suspects suspects = new Suspects();
        try {
            PaneMarker body = PaneMarker.parser().parseFrom(bytes, 1, bytes.length - 1);
            suspects.top.addAll(body.getTopList());
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException("suspects do not parse", e);
        }
        return suspects;
    }
}
