package io.seismo.notify;

import io.seismo.telemetry.Instrument;
import io.seismo.telemetry.Meters;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A thread for each receiver, so that a slow one delays nobody else. */
final class Lanes implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Lanes.class);
    private static final long STOP_SECONDS = 15;

    private final SortedMap<String, NotifyRole.Route> routes;
    private final Meters meters;
    private final Consumer<Result> results;
    private final SortedMap<String, ExecutorService> threads = new TreeMap<>();

    /** How an attempt went. */
    record Result(Dispatcher.Attempt attempt, Outcome outcome) {}

    Lanes(SortedMap<String, NotifyRole.Route> routes, Meters meters, Consumer<Result> results) {
        this.routes = routes;
        this.meters = meters;
        this.results = results;
        for (String name : routes.keySet()) {
            threads.put(name, Executors.newSingleThreadExecutor(task -> {
                Thread thread = new Thread(task, "seismo-notify-" + name);
                thread.setDaemon(true);
                return thread;
            }));
        }
    }

    /** Makes an attempt in the receiver's thread. */
    void send(Dispatcher.Attempt attempt) {
        thread(attempt.receiver()).execute(() -> {
            long started = System.nanoTime();
            Outcome outcome = deliver(attempt);
            meters.time(Instrument.NOTIFY_DURATION, (System.nanoTime() - started) / 1e9, attempt.receiver());
            results.accept(new Result(attempt, outcome));
        });
    }

    @Override
    public void close() {
        threads.values().forEach(ExecutorService::shutdown);
        try {
            for (ExecutorService thread : threads.values()) {
                if (!thread.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) {
                    thread.shutdownNow();
                }
            }
        } catch (InterruptedException interrupted) {
            threads.values().forEach(ExecutorService::shutdownNow);
            Thread.currentThread().interrupt();
        }
    }

    private Outcome deliver(Dispatcher.Attempt attempt) {
        NotifyRole.Route route = routes.get(attempt.receiver());
        if (route == null) {
            throw new IllegalArgumentException("no receiver " + attempt.receiver());
        }
        try {
            return route.receiver().deliver(attempt.notice());
        } catch (RuntimeException defect) {
            LOG.atError()
                    .addKeyValue("receiver", attempt.receiver())
                    .setCause(defect)
                    .log("a receiver failed");
            return Outcome.of(Outcome.Kind.RETRY, defect.getClass().getSimpleName());
        }
    }

    private ExecutorService thread(String receiver) {
        ExecutorService thread = threads.get(receiver);
        if (thread == null) {
            throw new IllegalArgumentException("no receiver " + receiver);
        }
        return thread;
    }
}
