package io.seismo.notify;

/** Outcomes as metrics name them: a closed set, whatever detail a ledger entry carries. */
final class Words {

    private Words() {}

    /** {@code retry: 503} → {@code retry}. */
    static String kind(String outcome) {
        int colon = outcome.indexOf(':');
        return colon < 0 ? outcome : outcome.substring(0, colon);
    }
}
