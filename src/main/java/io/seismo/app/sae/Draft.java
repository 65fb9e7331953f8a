package io.seismo.app.sae;

import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** A file being written beside its place, moved there when it is whole. */
public final class Draft implements AutoCloseable {

    private final Path place;
    private final Path draft;

    /** Begins a draft in the directory of {@code place}; {@code part} tells several apart. */
    public Draft(Path place, String part) throws IOException {
        this.place = place;
        Path directory = place.toAbsolutePath().getParent();
        this.draft = Files.createTempFile(directory, "." + place.getFileName() + "-", part);
    }

    /** Where to write. */
    public Path path() {
        return draft;
    }

    /** Moves it to its place. */
    public void finish() throws IOException {
        try {
            Files.move(draft, place, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(draft, place, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(draft);
    }
}
