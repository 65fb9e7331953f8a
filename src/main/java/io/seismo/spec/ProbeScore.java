package io.seismo.spec;

/** What a linear probe gives for a row x, with w and b as in its file. */
public enum ProbeScore {
    /** {@code w · x + b}, what a logistic regression passes to its sigmoid. */
    LOGIT,
    /** {@code w · x}: the intercept is left out. */
    RAW,
    /** {@code w · x / ‖w‖₂}: how far the row lies along the direction, in the row's own units. */
    UNIT
}
