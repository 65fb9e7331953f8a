package io.seismo.app.cli;

import org.jspecify.annotations.Nullable;

/**
 * A command cannot do what was asked, for a reason the user can act on. Shown as one line, with the remedy on the
 * next; exit code 1.
 */
public final class CommandFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final @Nullable String remedy;

    /** @param message what went wrong, one sentence without a full stop */
    public CommandFailure(String message) {
        this(message, null, null);
    }

    /**
     * @param message what went wrong
     * @param remedy what to do about it, one sentence; may be {@code null}
     */
    public CommandFailure(String message, @Nullable String remedy) {
        this(message, remedy, null);
    }

    /**
     * @param message what went wrong
     * @param remedy what to do about it; may be {@code null}
     * @param cause shown with {@code --debug} only; may be {@code null}
     */
    public CommandFailure(String message, @Nullable String remedy, @Nullable Throwable cause) {
        super(message, cause);
        this.remedy = remedy;
    }

    /** What to do about it, or {@code null}. */
    public @Nullable String remedy() {
        return remedy;
    }
}
