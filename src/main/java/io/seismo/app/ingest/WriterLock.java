package io.seismo.app.ingest;

import io.seismo.weights.WeightsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * The lock that vLLM's connector holds while it writes: flock on {@code <file>.lock}, exclusive for the writer, shared for
 * readers. Java has no flock, only the other kind of lock, so the program of that name is asked; where there is none, a file
 * that is half written is still told by its length.
 */
final class WriterLock {

    private static final int HELD = 1;

    private WriterLock() {}

    /** Refuses a file that is being written. */
    static void requireReleased(Path file) {
        if (held(file)) {
            throw new WeightsException(file + " is being written", "run again later");
        }
    }

    /** Where the lock of a file is. */
    static Path of(Path file) {
        return file.resolveSibling(file.getFileName() + ".lock");
    }

    /** Whether a file is being written. */
    static boolean held(Path file) {
        Path lock = of(file);
        return Files.isRegularFile(lock, LinkOption.NOFOLLOW_LINKS) && asked(lock);
    }

    private static boolean asked(Path lock) {
        try {
            Process flock = new ProcessBuilder("flock", "--shared", "--nonblock", lock.toString(), "true")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (!flock.waitFor(10, TimeUnit.SECONDS)) {
                flock.destroyForcibly();
                return true;
            }
            return flock.exitValue() == HELD;
        } catch (IOException thereIsNone) {
            return false;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return true;
        }
    }
}
