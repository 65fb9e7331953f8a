package io.seismo.notify;

import io.seismo.wire.AlertState;
import io.seismo.wire.Evidence;
import io.seismo.wire.Severity;
import java.util.SortedMap;
import java.util.TreeMap;

/** Notices of an alert that is not one, for people who want to see whether the way to them works. */
public final class TestNotices {

    /** Name of the alert; no spec can have one of that name with the label {@code test}. */
    public static final String NAME = "SeismoTest";

    private static final String SUMMARY = "TEST: nothing is wrong; somebody ran 'seismo receivers test'";

    private TestNotices() {}

    /**
     * One state of the test alert.
     *
     * @param receiver name in the spec
     * @param severity one that the receiver is told about
     * @param labels further labels, such as deployment and model
     * @param sinceMs when the test began, wall time; with the receiver it is the alert's identity
     * @param state firing or resolved
     */
    public static Notice of(
            String receiver, Severity severity, SortedMap<String, String> labels, long sinceMs, AlertState state) {
        String subject = "test/" + receiver + "/" + sinceMs;
        SortedMap<String, String> all = new TreeMap<>(labels);
        all.put("alertname", NAME);
        all.put("receiver", receiver);
        all.put("test", "true");
        Evidence evidence =
                Evidence.newBuilder().setSummary(SUMMARY).setCoverage(-1).build();
        Notice notice = new Notice(
                subject + "/" + (state == AlertState.ALERT_STATE_RESOLVED ? "resolved" : "firing"),
                subject,
                NAME,
                severity,
                state,
                all,
                sinceMs,
                sinceMs,
                evidence);
        notice.labels().put("severity", notice.severityWord());
        return notice;
    }
}
