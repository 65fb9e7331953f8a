package io.seismo.app.cli;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets a process that runs until it is told to stop close its resources in the thread that opened them, in reverse
 * order. SIGTERM and SIGINT wake {@link #await}; the process ends once the signal's holder is closed, or after a grace
 * period. Open it first, so that it closes last:
 *
 * <pre>{@code
 * try (StopSignal stop = StopSignal.install(); EmbeddedBroker broker = EmbeddedBroker.start(settings)) {
 *     stop.await();
 * }
 * }</pre>
 */
public final class StopSignal implements AutoCloseable {

    private static final Duration GRACE = Duration.ofSeconds(30);

    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch done = new CountDownLatch(1);
    private final Thread hook = new Thread(this::onSignal, "seismo-stop");

    private StopSignal() {}

    /** Starts to listen. */
    public static StopSignal install() {
        StopSignal signal = new StopSignal();
        Runtime.getRuntime().addShutdownHook(signal.hook);
        return signal;
    }

    /** Waits until the process is asked to stop, by a signal or by {@link #stop}. */
    public void await() throws InterruptedException {
        asked.await();
    }

    /** Waits so long at most; says whether the process was asked to stop. */
    public boolean await(Duration atMost) throws InterruptedException {
        return asked.await(atMost.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Whether the process was asked to stop. */
    public boolean asked() {
        return asked.getCount() == 0;
    }

    /** Asks to stop from within, for example after a fatal failure in another thread. */
    public void stop() {
        asked.countDown();
    }

    /** Says that everything is closed. */
    @Override
    public void close() {
        done.countDown();
        if (!asked()) {
            Runtime.getRuntime().removeShutdownHook(hook);
        }
    }

    private void onSignal() {
        asked.countDown();
        try {
            if (!done.await(GRACE.toSeconds(), TimeUnit.SECONDS)) {
                System.err.println("seismo: did not stop within " + GRACE.toSeconds() + " s");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
