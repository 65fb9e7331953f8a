package io.seismo.bench;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * What a stream thread spends its time on, by looking at its stack about every millisecond.
 *
 * <p>The pipeline itself reads no clock, so it cannot be asked. Stacks are seen at safepoints, which blurs neighbours
 * within a stage but not the stages. A thread in native code is seen at once, one in Java code only when it passes a
 * safepoint and both have a processor, so the looks are not evenly spaced. The time between two looks therefore counts half
 * for what each of them saw: counting looks gives native code too much, counting the wait for a look too little.
 */
final class StackShares implements AutoCloseable {

    /** Stages of the stream thread, the innermost that applies. */
    enum Stage {
        ENCODE,
        CHECK_AND_PACK,
        SCORE_AND_BLOCKS,
        SERIALISE_AND_SEND,
        STORE,
        COMMIT,
        FETCH,
        REST
    }

    private static final long EVERY_NANOS = 1_000_000;

    private final Thread watched;
    private final Thread sampler = new Thread(this::sample, "bench-sampler");
    private final EnumMap<Stage, Long> nanos = new EnumMap<>(Stage.class);
    private final Map<String, Long> lines = new HashMap<>();
    private volatile boolean closed;
    private long total;

    StackShares(Thread watched) {
        this.watched = watched;
        sampler.setDaemon(true);
        sampler.start();
    }

    private void sample() {
        Look last = null;
        while (!closed) {
            long asked = System.nanoTime();
            StackTraceElement[] stack = watched.getStackTrace();
            if (stack.length > 0) {
                Stage stage = stage(stack);
                Look look = new Look(asked, stage, line(stage, stack));
                if (last != null) {
                    book(last, (asked - last.nanos) / 2);
                    book(look, (asked - last.nanos) / 2);
                }
                last = look;
            }
            LockSupport.parkNanos(EVERY_NANOS);
        }
    }

    /** What was seen, and when it was asked for. */
    private record Look(long nanos, Stage stage, String line) {}

    private synchronized void book(Look look, long time) {
        nanos.merge(look.stage, time, Long::sum);
        lines.merge(look.line, time, Long::sum);
        total += time;
    }

    private static Stage stage(StackTraceElement[] stack) {
        if (has(stack, "org.apache.kafka.streams.state.internals.", "")) {
            return Stage.STORE;
        }
        if (has(stack, "org.apache.kafka.streams.processor.internals.SinkNode", "")) {
            return Stage.SERIALISE_AND_SEND;
        }
        if (has(stack, "io.seismo.score.", "") || has(stack, "io.seismo.topology.ScoreProcessor", "")) {
            return Stage.SCORE_AND_BLOCKS;
        }
        if (has(stack, "io.seismo.encoder.", "")) {
            return Stage.ENCODE;
        }
        if (has(stack, "io.seismo.activation.", "")) {
            return Stage.CHECK_AND_PACK;
        }
        if (has(stack, "org.apache.kafka.streams.processor.internals.", "ommit")) {
            return Stage.COMMIT;
        }
        return has(stack, "org.apache.kafka.streams.processor.internals.StreamThread", "poll")
                ? Stage.FETCH
                : Stage.REST;
    }

    private static boolean has(StackTraceElement[] stack, String type, String method) {
        for (StackTraceElement frame : stack) {
            if (frame.getClassName().startsWith(type) && frame.getMethodName().contains(method)) {
                return true;
            }
        }
        return false;
    }

    /** The innermost frame, and the innermost of our own behind it. */
    private static String line(Stage stage, StackTraceElement[] stack) {
        StringBuilder line = new StringBuilder(stage.name()).append("  ").append(shorter(stack[0]));
        for (StackTraceElement frame : stack) {
            if (frame.getClassName().startsWith("io.seismo.")) {
                return line.append("  in  ").append(shorter(frame)).toString();
            }
        }
        return line.toString();
    }

    private static String shorter(StackTraceElement frame) {
        String type = frame.getClassName();
        return type.substring(type.lastIndexOf('.') + 1) + "." + frame.getMethodName() + ":" + frame.getLineNumber();
    }

    /** Share of the time in a stage, 0..1. */
    synchronized double share(Stage stage) {
        return total == 0 ? Double.NaN : (double) nanos.getOrDefault(stage, 0L) / total;
    }

    /** The most frequent places, in words. */
    synchronized List<String> top(int count) {
        List<Map.Entry<String, Long>> entries = new ArrayList<>(lines.entrySet());
        entries.sort(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                .thenComparing(Map.Entry.comparingByKey()));
        return entries.stream()
                .limit(count)
                .map(entry ->
                        String.format(Locale.ROOT, "%5.1f %%  %s", 100.0 * entry.getValue() / total, entry.getKey()))
                .toList();
    }

    @Override
    public void close() throws InterruptedException {
        closed = true;
        sampler.join();
    }
}
