package io.seismo.notify;

import io.seismo.wire.Delivery;
import io.seismo.wire.Severity;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What is sent to whom, and when. Pure: time is handed in, sending is done by whoever asks {@link #due}, and everything
 * that must outlive a restart is a {@link Delivery} for the ledger. Not thread-safe.
 */
public final class Dispatcher {

    /** Notices that may wait for one receiver. */
    public static final int MAX_WAITING = 1_000;

    /** How long a notice is tried. */
    static final long GIVE_UP_MS = 24 * 3_600_000L;

    /** Delivered notices it remembers; far more than can be between a committed offset and the end of the log. */
    private static final int MAX_REMEMBERED = 100_000;

    private final SortedMap<String, Lane> lanes = new TreeMap<>();
    private final Set<String> settled = new HashSet<>();
    private final Deque<String> settledInOrder = new ArrayDeque<>();

    /** @param routes severities of each receiver, by name */
    public Dispatcher(SortedMap<String, ? extends Set<Severity>> routes) {
        routes.forEach((name, severities) -> lanes.put(name, new Lane(Set.copyOf(severities))));
    }

    /**
     * One attempt to be made now.
     *
     * @param receiver whom to tell
     * @param notice what
     * @param number of the attempt, from 1
     */
    public record Attempt(String receiver, Notice notice, int number) {}

    /** Learns from the ledger, before anything is offered. Failed attempts there mean nothing. */
    public void remember(Delivery delivery) {
        if (isFinal(delivery)) {
            settle(key(delivery.getReceiver(), delivery.getDedupKey()));
        }
    }

    /**
     * Takes a notice for every receiver that wants its severity and has not had it.
     *
     * @return what goes to the ledger now: notices given up because too many wait
     */
    public List<Delivery> offer(Notice notice, long nowMs) {
        List<Delivery> ledger = new ArrayList<>();
        lanes.forEach((name, lane) -> {
            if (!lane.disabled && lane.severities.contains(notice.severity()) && isNew(name, lane, notice)) {
                if (lane.waiting.size() >= MAX_WAITING) {
                    Waiting oldest = lane.takeOldest();
                    if (oldest != null) {
                        ledger.add(finish(name, oldest, "overflow", nowMs));
                    }
                }
                lane.waiting.put(notice.dedupKey(), new Waiting(notice, nowMs));
            }
        });
        return ledger;
    }

    /** Attempts to be made now: at most one a receiver, the oldest whose turn it is. The caller reports each back. */
    public List<Attempt> due(long nowMs) {
        List<Attempt> attempts = new ArrayList<>();
        lanes.forEach((name, lane) -> {
            Waiting next = lane.busy ? null : lane.next(nowMs);
            if (next != null) {
                lane.busy = true;
                next.sending = true;
                next.attempts++;
                attempts.add(new Attempt(name, next.notice, next.attempts));
            }
        });
        return attempts;
    }

    /** Books how an attempt went. The deliveries go to the ledger. */
    public List<Delivery> report(Attempt attempt, Outcome outcome, long nowMs) {
        Lane lane = lane(attempt.receiver());
        lane.busy = false;
        Waiting waiting = lane.waiting.get(attempt.notice().dedupKey());
        if (waiting == null) {
            throw new IllegalArgumentException(
                    "no such attempt: " + attempt.notice().dedupKey());
        }
        waiting.sending = false;
        List<Delivery> ledger = new ArrayList<>();
        switch (outcome.kind()) {
            case DELIVERED, REFUSED -> ledger.add(close(lane, attempt, waiting, outcome, nowMs));
            case RETRY -> ledger.add(again(lane, attempt, waiting, outcome, nowMs));
            case DISABLED -> {
                lane.disabled = true;
                for (Waiting each : List.copyOf(lane.waiting.values())) {
                    lane.waiting.remove(each.notice.dedupKey());
                    ledger.add(finish(attempt.receiver(), each, "disabled: " + outcome.detail(), nowMs));
                }
            }
        }
        return ledger;
    }

    /** Whether nobody waits for this notice any more, so that its record's offset may be committed. */
    public boolean isSettled(String dedupKey) {
        for (Lane lane : lanes.values()) {
            if (lane.waiting.containsKey(dedupKey)) {
                return false;
            }
        }
        return true;
    }

    /** Notices that wait, over all receivers. */
    public int waiting() {
        int sum = 0;
        for (Lane lane : lanes.values()) {
            sum += lane.waiting.size();
        }
        return sum;
    }

    private Delivery close(Lane lane, Attempt attempt, Waiting waiting, Outcome outcome, long nowMs) {
        lane.waiting.remove(waiting.notice.dedupKey());
        settle(key(attempt.receiver(), waiting.notice.dedupKey()));
        boolean delivered = outcome.kind() == Outcome.Kind.DELIVERED;
        String detail = delivered ? outcome.detail() : "refused: " + outcome.detail();
        return entry(attempt.receiver(), waiting, nowMs)
                .setDelivered(delivered)
                .setOutcome(detail)
                .build();
    }

    private Delivery again(Lane lane, Attempt attempt, Waiting waiting, Outcome outcome, long nowMs) {
        if (nowMs - waiting.sinceMs >= GIVE_UP_MS) {
            lane.waiting.remove(waiting.notice.dedupKey());
            return finish(attempt.receiver(), waiting, "gave-up: " + outcome.detail(), nowMs);
        }
        long backoff = Backoff.afterMs(waiting.notice.dedupKey(), waiting.attempts);
        waiting.dueMs = nowMs + Math.max(backoff, Math.min(outcome.waitMs(), Backoff.MAX_MS));
        return entry(attempt.receiver(), waiting, nowMs)
                .setOutcome("retry: " + outcome.detail())
                .build();
    }

    private Delivery finish(String receiver, Waiting waiting, String why, long nowMs) {
        settle(key(receiver, waiting.notice.dedupKey()));
        return entry(receiver, waiting, nowMs).setOutcome(why).build();
    }

    private static Delivery.Builder entry(String receiver, Waiting waiting, long nowMs) {
        Notice notice = waiting.notice;
        return Delivery.newBuilder()
                .setSchemaVersion(1)
                .setDedupKey(notice.dedupKey())
                .setReceiver(receiver)
                .setTimeMs(nowMs)
                .setAttempt(waiting.attempts)
                .setAlert(notice.name())
                .setState(notice.state());
    }

    private boolean isNew(String receiver, Lane lane, Notice notice) {
        return !lane.waiting.containsKey(notice.dedupKey()) && !settled.contains(key(receiver, notice.dedupKey()));
    }

    private void settle(String key) {
        if (settled.add(key)) {
            settledInOrder.add(key);
            if (settledInOrder.size() > MAX_REMEMBERED) {
                settled.remove(settledInOrder.remove());
            }
        }
    }

    private Lane lane(String receiver) {
        Lane lane = lanes.get(receiver);
        if (lane == null) {
            throw new IllegalArgumentException("no receiver " + receiver);
        }
        return lane;
    }

    /** Whether no further attempt follows a ledger entry. */
    static boolean isFinal(Delivery delivery) {
        return !delivery.getOutcome().startsWith("retry: ");
    }

    private static String key(String receiver, String dedupKey) {
        return receiver + '\n' + dedupKey;
    }

    /** What waits for one receiver, oldest first. */
    private static final class Lane {
        final Set<Severity> severities;
        final Map<String, Waiting> waiting = new LinkedHashMap<>();
        boolean busy;
        boolean disabled;

        Lane(Set<Severity> severities) {
            this.severities = severities;
        }

        /** The first that is due and not behind an earlier notice of its subject. */
        @Nullable
        Waiting next(long nowMs) {
            Set<String> blocked = new HashSet<>();
            for (Waiting each : waiting.values()) {
                if (blocked.add(each.notice.subject()) && each.dueMs <= nowMs) {
                    return each;
                }
            }
            return null;
        }

        @Nullable
        Waiting takeOldest() {
            Iterator<Waiting> all = waiting.values().iterator();
            while (all.hasNext()) {
                Waiting each = all.next();
                if (!each.sending) {
                    all.remove();
                    return each;
                }
            }
            return null;
        }
    }

    private static final class Waiting {
        final Notice notice;
        final long sinceMs;
        long dueMs;
        int attempts;
        boolean sending;

        Waiting(Notice notice, long nowMs) {
            this.notice = notice;
            this.sinceMs = nowMs;
            this.dueMs = nowMs;
        }
    }
}
