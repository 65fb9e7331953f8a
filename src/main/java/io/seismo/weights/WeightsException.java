package io.seismo.weights;

/** Weights cannot be read or are not supported; the message names the file, the tensor or setting, and the remedy. */
public final class WeightsException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public WeightsException(String message) {
        super(message);
    }

    public WeightsException(String message, Throwable cause) {
        super(message, cause);
    }
}
