package io.seismo.watch.scenario;

/** A scenario cannot be read; the message names file, place and remedy. */
public final class ScenarioException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** @param message file, place, what was found and what to write */
    public ScenarioException(String message) {
        super(message);
    }

    /** @param cause what the message is about */
    public ScenarioException(String message, Throwable cause) {
        super(message, cause);
    }
}
