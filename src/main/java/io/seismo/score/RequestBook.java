package io.seismo.score;

import io.seismo.window.BlockKey;
import io.seismo.window.StateWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/** The open requests of one partition: found by id, evicted by age, expired by deadline. */
final class RequestBook {

    private static final Comparator<OpenRequest> BY_AGE =
            Comparator.comparingLong(OpenRequest::firstMs).thenComparing(OpenRequest::id, BlockKey.ORDER);
    private static final Comparator<OpenRequest> BY_DEADLINE =
            Comparator.comparingLong(OpenRequest::deadline).thenComparing(OpenRequest::id, BlockKey.ORDER);

    private final Journal journal;
    private final StateWriter writer = new StateWriter();
    private final Map<String, OpenRequest> byId = new HashMap<>();
    private final TreeSet<OpenRequest> byAge = new TreeSet<>(BY_AGE);
    private final TreeSet<OpenRequest> touched = new TreeSet<>(BY_AGE);

    /** No open request is due before this; deadlines only move back while a request is open. */
    private long nothingDueBefore = Long.MAX_VALUE;

    RequestBook(Journal journal) {
        this.journal = journal;
    }

    @Nullable
    OpenRequest find(String id) {
        return byId.get(id);
    }

    int size() {
        return byId.size();
    }

    /** The oldest open request. */
    OpenRequest oldest() {
        return byAge.first();
    }

    void add(OpenRequest request) {
        byId.put(request.id(), request);
        byAge.add(request);
        nothingDueBefore = Math.min(nothingDueBefore, request.deadline());
    }

    /** Marks a request that changed and must be put again. */
    void touch(OpenRequest request) {
        touched.add(request);
    }

    void remove(OpenRequest request) {
        byId.remove(request.id());
        byAge.remove(request);
        touched.remove(request);
        journal.remove(request.key());
    }

    /** Requests whose deadline a time has reached, by deadline, then id. */
    List<OpenRequest> due(long timeMs) {
        List<OpenRequest> due = new ArrayList<>();
        if (timeMs < nothingDueBefore) {
            return due;
        }
        nothingDueBefore = Long.MAX_VALUE;
        for (OpenRequest request : byAge) {
            if (request.deadline() <= timeMs) {
                due.add(request);
            } else {
                nothingDueBefore = Math.min(nothingDueBefore, request.deadline());
            }
        }
        due.sort(BY_DEADLINE);
        return due;
    }

    /** Requests of epochs before {@code epoch}, oldest first. */
    List<OpenRequest> olderThan(long epoch) {
        List<OpenRequest> older = new ArrayList<>();
        for (OpenRequest request : byAge) {
            if (request.plan().epoch() < epoch) {
                older.add(request);
            }
        }
        return older;
    }

    /** Puts what changed. */
    void flush() {
        for (OpenRequest request : touched) {
            journal.put(request.key(), request.toBytes(writer));
        }
        touched.clear();
    }

    void snapshot(SortedMap<String, byte[]> out) {
        for (OpenRequest request : byAge) {
            out.put(request.key(), request.toBytes(writer));
        }
    }

    void restore(byte[] value, LongFunction<ScorePlan> plans) {
        add(OpenRequest.fromBytes(value, plans));
    }
}
