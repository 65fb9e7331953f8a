package io.seismo.encoder;

/** An encoder could not be loaded or could not encode; the message names the file or input and the remedy. */
public final class EncoderException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public EncoderException(String message) {
        super(message);
    }

    public EncoderException(String message, Throwable cause) {
        super(message, cause);
    }
}
