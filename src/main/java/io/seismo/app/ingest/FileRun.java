package io.seismo.app.ingest;

import io.seismo.app.cli.CommandFailure;
import io.seismo.weights.WeightsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Sends files one by one, and those that are still being written once more, until they are whole or patience ends.
 *
 * <p>A refused file is thought to be unfinished while its writer holds the lock, or when it was changed more recently than
 * patience is long. One thread.
 */
final class FileRun {

    private final Function<Path, Ingest.Fate> sending;
    private final Handling handling;
    private final InstantSource clock;
    private final Runnable pause;
    private final Map<String, String> refused = new TreeMap<>();
    private int sent;
    private int known;
    private int deleted;

    /**
     * @param sending sends a file, or refuses it with a {@link WeightsException}
     * @param pause waits a little between two tries
     */
    FileRun(Function<Path, Ingest.Fate> sending, Handling handling, InstantSource clock, Runnable pause) {
        this.sending = sending;
        this.handling = handling;
        this.clock = clock;
        this.pause = pause;
    }

    /** Sends what can be sent; {@code settled} is run after each file whose fate is known. */
    void over(List<Path> files, Runnable settled) {
        Instant until = clock.instant().plus(handling.patience());
        List<Path> left = files;
        while (!left.isEmpty()) {
            List<Path> unfinished = new ArrayList<>();
            for (Path file : left) {
                if (send(file) || !unfinished(file) || !clock.instant().isBefore(until)) {
                    settled.run();
                } else {
                    unfinished.add(file);
                }
            }
            left = unfinished;
            if (!left.isEmpty()) {
                pause.run();
            }
        }
    }

    private boolean send(Path file) {
        Ingest.Fate fate;
        try {
            fate = sending.apply(file);
        } catch (WeightsException refusal) {
            refused.put(file.toString(), String.valueOf(refusal.getMessage()));
            return false;
        }
        refused.remove(file.toString());
        switch (fate) {
            case SENT -> {
                sent++;
                // A file that was known before may be another one of the same name; it is not this run's to delete.
                if (handling.delete()) {
                    delete(file);
                }
            }
            case KNOWN -> known++;
        }
        return true;
    }

    private boolean unfinished(Path file) {
        if (handling.patience().isZero()) {
            return false;
        }
        try {
            Instant changed = Files.getLastModifiedTime(file).toInstant();
            return WriterLock.held(file) || changed.plus(handling.patience()).isAfter(clock.instant());
        } catch (IOException gone) {
            return false;
        }
    }

    private void delete(Path file) {
        try {
            Files.deleteIfExists(file);
            Files.deleteIfExists(WriterLock.of(file));
            deleted++;
        } catch (IOException e) {
            throw new CommandFailure(
                    "cannot delete " + file + ": " + e.getMessage(), "It was sent, and is known by the ledger.", e);
        }
    }

    /** Files that are not sent, with the reason. */
    Map<String, String> refused() {
        return refused;
    }

    int sent() {
        return sent;
    }

    int known() {
        return known;
    }

    int deleted() {
        return deleted;
    }
}
