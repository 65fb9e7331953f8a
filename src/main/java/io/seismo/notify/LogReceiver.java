package io.seismo.notify;

import io.seismo.wire.Evidence;
import io.seismo.wire.TopRequest;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.StringJoiner;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes notices to Seismo's own log: a line for the eye with the evidence below it, or JSON. */
public final class LogReceiver implements Receiver {

    private static final Logger LOG = LoggerFactory.getLogger("io.seismo.alerts");
    private static final int REQUESTS = 3;

    private final boolean json;
    private final Consumer<String> lines;

    /** @param json one JSON document a notice instead of text */
    public LogReceiver(boolean json) {
        this(json, LOG::warn);
    }

    LogReceiver(boolean json, Consumer<String> lines) {
        this.json = json;
        this.lines = lines;
    }

    @Override
    public Outcome deliver(Notice notice) {
        lines.accept(json ? new String(NoticeJson.bytes(notice), StandardCharsets.UTF_8) : text(notice));
        return Outcome.of(Outcome.Kind.DELIVERED, "logged");
    }

    private static String text(Notice notice) {
        Evidence evidence = notice.evidence();
        StringJoiner text = new StringJoiner(System.lineSeparator() + "    ");
        text.add(notice.stateWord().toUpperCase(Locale.ROOT) + " " + notice.severityWord() + " " + notice.name() + ": "
                + evidence.getSummary());
        text.add("labels    " + notice.labels());
        if (evidence.getTopCount() > 0) {
            text.add("who       " + evidence.getAccounts() + " accounts of " + evidence.getTenants()
                    + " tenants among the top requests");
        }
        if (evidence.getCoverage() >= 0) {
            text.add(String.format(
                    Locale.ROOT,
                    "monitor   coverage %.1f %%, %d records refused",
                    100 * evidence.getCoverage(),
                    evidence.getRefused()));
        }
        for (int i = 0; i < Math.min(REQUESTS, evidence.getTopCount()); i++) {
            TopRequest request = evidence.getTop(i);
            text.add(
                    String.format(Locale.ROOT, "request   %s scored %.2f", request.getRequestId(), request.getScore()));
        }
        for (String together : evidence.getCoFiringList()) {
            text.add("with it   " + together);
        }
        addUnlessEmpty(text, "replay    ", evidence.getReplay());
        addUnlessEmpty(text, "runbook   ", evidence.getRunbook());
        return text.toString();
    }

    private static void addUnlessEmpty(StringJoiner text, String name, String value) {
        if (!value.isEmpty()) {
            text.add(name + value);
        }
    }
}
