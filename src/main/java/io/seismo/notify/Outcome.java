package io.seismo.notify;

/**
 * How one attempt went.
 *
 * @param kind what follows from it
 * @param detail status or class of error, at most 64 characters; never a payload
 * @param waitMs how long the other side asked to wait; 0 when it did not
 */
public record Outcome(Kind kind, String detail, long waitMs) {

    /** What follows. */
    public enum Kind {
        /** It arrived. */
        DELIVERED,
        /** Try again later. */
        RETRY,
        /** This notice will never be taken; others may be. */
        REFUSED,
        /** The receiver wants nothing any more. */
        DISABLED
    }

    private static final int MAX_DETAIL = 64;

    public Outcome {
        detail = detail.length() <= MAX_DETAIL ? detail : detail.substring(0, MAX_DETAIL);
    }

    static Outcome of(Kind kind, String detail) {
        return new Outcome(kind, detail, 0);
    }
}
