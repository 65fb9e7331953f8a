package io.seismo.watch;

/**
 * Every key WATCH stores, and their bounds.
 *
 * <table>
 * <caption>Prefixes</caption>
 * <tr><td>{@code c/next}</td><td>the next pane to merge</td><td>1</td></tr>
 * <tr><td>{@code c/epoch}</td><td>the epoch whose plan judged the last pane</td><td>1</td></tr>
 * <tr><td>{@code c/counts}</td><td>what was ignored, by kind: {@link WatchCounts}</td><td>1</td></tr>
 * <tr><td>{@code p/<partition>}</td><td>what a partition has closed: {@link Progress}</td><td>P</td></tr>
 * <tr><td>{@code i/<pane>/<partition>/c/<first block key>}, {@code …/m}</td><td>chunks and markers that wait</td>
 *     <td>{@link Inbox#MAX_WAITING} panes of each partition</td></tr>
 * <tr><td>{@code b/<detector>/<watch>}</td><td>rate baseline</td><td>rate detectors × entries</td></tr>
 * <tr><td>{@code d/<detector>/<watch>}</td><td>detector: open window, charts, last verdict</td><td>as above</td></tr>
 * <tr><td>{@code d/<detector>/<detector>}</td><td>the same of a detector of the monitor itself: {@link Held} or
 *     {@link HeldRatio}, of canaries</td><td>such detectors</td></tr>
 * <tr><td>{@code a/<alert>/<watch or detector>}</td><td>alert instance</td><td>rules × (entries + detectors)</td></tr>
 * <tr><td>{@code t/<watch>}</td><td>suspects of the recent panes</td><td>entries</td></tr>
 * <tr><td>{@code r/<level>/<block key>/<place>}</td><td>roll-ups: {@link io.seismo.window.Ring}</td>
 *     <td>84 a feature block and for the totals, 24 an encoder's fidelity, 168 an entry</td></tr>
 * </table>
 *
 * <p>Numbers have fixed digits, so that key order is number order. Every value starts with a format version.
 */
final class Keys {

    static final String NEXT = "c/next";
    static final String EPOCH = "c/epoch";
    static final String COUNTS = "c/counts";
    static final String BASELINES = "b/";
    static final String DETECTORS = "d/";
    static final String SUSPECTS = "t/";
    static final String PROGRESS = "p/";
    static final String INBOX = "i/";
    /** Block key of the summed totals in the rings. */
    static final String TOTALS = "totals";

    private Keys() {}

    static String progress(int partition) {
        return PROGRESS + padded(partition, 5);
    }

    static String inbox(long pane) {
        return INBOX + padded(pane, 19) + "/";
    }

    static String inbox(long pane, int partition) {
        return inbox(pane) + padded(partition, 5) + "/";
    }

    static String chunk(long pane, int partition, String firstKey) {
        return inbox(pane, partition) + "c/" + firstKey;
    }

    static String marker(long pane, int partition) {
        return inbox(pane, partition) + "m";
    }

    static String baseline(String detector, String watch) {
        return BASELINES + detector + "/" + watch;
    }

    static String detector(String detector, String watch) {
        return DETECTORS + detector + "/" + watch;
    }

    static String alert(String alert, String subject) {
        return "a/" + alert + "/" + subject;
    }

    static String suspects(String watch) {
        return SUSPECTS + watch;
    }

    private static String padded(long number, int digits) {
        String text = Long.toString(number);
        return "0".repeat(digits - text.length()) + text;
    }
}
