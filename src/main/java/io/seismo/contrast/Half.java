package io.seismo.contrast;

import io.seismo.window.RequestSample;

/** On which side of the split a request falls; decided by its id alone, so it never changes sides. */
public enum Half {
    /** Features are ranked, probes fitted and thresholds set on these. */
    CHOOSING,
    /** Nothing is chosen on these. */
    OTHER;

    /** A prefix keeps the split apart from the sample of requests that are encoded in full, which hashes the bare id. */
    private static final String SALT = "contrast/";

    /** The half of a request. */
    public static Half of(String request) {
        return RequestSample.position(SALT + request) < 0.5 ? CHOOSING : OTHER;
    }
}
