package io.seismo.contrast;

/** What a request is said to be. */
public enum Group {
    /** Has the property. */
    POSITIVE,
    /** Ordinary, without it. */
    NEGATIVE,
    /** Without it, but close: what a rule is most likely to mistake for it. */
    HARD
}
