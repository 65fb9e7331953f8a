package io.seismo.app.demo;

import io.seismo.wire.AlertState;
import io.seismo.wire.AlertTransition;
import io.seismo.wire.Breach;
import io.seismo.wire.PaneDigest;
import io.seismo.wire.PanePartial;
import io.seismo.wire.RequestScore;
import io.seismo.wire.TokenPeak;
import io.seismo.wire.TopRequest;
import io.seismo.wire.WatchScore;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** Tells on the screen what the output topics say, and measures how long it took. */
final class DemoNarrator implements DemoObserver.Listener {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("EEE HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final String INDENT = " ".repeat(15);

    private final DemoScreen screen;
    private final DemoFeeder feeder;
    private final DemoLedger ledger;
    private final Set<String> spikes;
    private final DemoTally tally = new DemoTally();
    private final Latencies breachLatency = new Latencies();
    private final Latencies paneLatency = new Latencies();
    private final TreeMap<String, long[]> firedAndSeen = new TreeMap<>();
    private final ConcurrentHashMap<Integer, Long> lastPane = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, Integer> shown = new ConcurrentHashMap<>();
    private volatile long firstAlertNanos;

    DemoNarrator(DemoScreen screen, DemoFeeder feeder, DemoLedger ledger, DemoTexts texts) {
        this.screen = screen;
        this.feeder = feeder;
        this.ledger = ledger;
        this.spikes = Set.copyOf(texts.spike());
    }

    @Override
    public void breach(Breach breach) {
        long now = System.nanoTime();
        noteAlert(now);
        Long sent = feeder.sentAtNanos(breach.getRequestId());
        String after = "";
        if (sent != null) {
            breachLatency.add(now - sent);
            after = String.format(Locale.ROOT, ", %d ms after its frame was sent", (now - sent) / 1_000_000);
        }
        if (!shown("breach " + breach.getWatch(), breach.getPane(), 2)) {
            return;
        }
        screen.line(at(breach.getTimestampMs()) + screen.red("BREACH") + "  " + breach.getWatch()
                + String.format(Locale.ROOT, ": score %.1f above the cap of %.1f", breach.getScore(), breach.getAbove())
                + " (" + breach.getRequestId() + after + ")");
        trace(breach.getRequestId(), breach.getPeaksList());
    }

    @Override
    public void transition(AlertTransition transition) {
        String why = ledger.book(transition);
        AlertState to = transition.getCore().getTo();
        boolean firing = to == AlertState.ALERT_STATE_FIRING;
        if (why.equals("shadow") || to == AlertState.ALERT_STATE_INACTIVE || isShadow(transition)) {
            return;
        }
        if (firing) {
            noteAlert(System.nanoTime());
        }
        String word = to.name().substring("ALERT_STATE_".length());
        screen.line(at(transition.getCore().getTimeMs())
                + (firing ? screen.red(word) : to == AlertState.ALERT_STATE_RESOLVED ? screen.green(word) : word)
                + "  " + screen.bold(DemoLedger.name(transition))
                + "  [" + DemoLedger.label(transition, "severity") + "]"
                + (firing ? (why.isEmpty() ? screen.red("  not expected") : "  expected: " + why) : ""));
        if (firing) {
            evidence(transition);
        }
    }

    /** Whether there is room for one more of a kind in a pane; says once that there are more. */
    private boolean shown(String kind, long pane, int most) {
        int count = shown.merge(kind + " " + pane, 1, Integer::sum);
        if (count == most + 1) {
            screen.line(INDENT + screen.dim("… and more like it"));
        }
        return count <= most;
    }

    private void evidence(AlertTransition transition) {
        var evidence = transition.getEvidence();
        screen.line(INDENT + evidence.getSummary());
        String who = evidence.getAccounts() == 0
                ? ""
                : evidence.getAccounts() + " accounts, " + evidence.getTenants() + " tenants · ";
        screen.line(INDENT
                + String.format(
                        Locale.ROOT,
                        "%scoverage %s · %.2f false pages a week expected",
                        who,
                        evidence.getCoverage() < 0
                                ? "unknown"
                                : String.format(Locale.ROOT, "%.1f %%", 100 * evidence.getCoverage()),
                        evidence.getFalsePagesPerWeek()));
        for (TopRequest top : evidence.getTopList().subList(0, Math.min(1, evidence.getTopCount()))) {
            trace(top.getRequestId(), top.getPeaksList());
        }
        screen.line(INDENT + screen.dim(evidence.getReplay()));
    }

    private static boolean isShadow(AlertTransition transition) {
        return DemoLedger.label(transition, "severity").equals("shadow");
    }

    @Override
    public void score(RequestScore score) {
        CapturedText captured = feeder.captured(score.getRequestId());
        boolean spike = captured != null && spikes.contains(captured.text());
        for (WatchScore watch : score.getScoresList()) {
            count(watch);
            if (spike && watch.getWatch().equals("phishing") && shown("spike", 0, 3)) {
                screen.line(at(score.getLastMs()) + "SPIKE   phishing: one token at "
                        + String.format(Locale.ROOT, "%.1f", watch.getTokenMax()) + ", request score "
                        + String.format(Locale.ROOT, "%.1f", watch.getScore())
                        + (watch.getFired()
                                ? screen.red(": fired")
                                : screen.green(": does not fire, nobody is paged")));
                trace(score.getRequestId(), watch.getPeaksList());
            }
        }
    }

    private void count(WatchScore watch) {
        synchronized (firedAndSeen) {
            long[] counts = firedAndSeen.computeIfAbsent(watch.getWatch(), key -> new long[2]);
            counts[0] += watch.getFired() ? 1 : 0;
            counts[1]++;
        }
    }

    private void trace(String requestId, List<TokenPeak> peaks) {
        screen.line(INDENT + screen.trace(feeder.captured(requestId), peaks));
    }

    @Override
    public void digest(PaneDigest digest) {
        Long closed = feeder.closedAtNanos(digest.getPane());
        if (closed != null) {
            paneLatency.add(System.nanoTime() - closed);
        }
        lastPane.merge(digest.getWatchPartition(), digest.getPane(), Math::max);
    }

    @Override
    public void partial(PanePartial partial) {
        tally.add(partial);
    }

    /** Whether every watch partition has merged this pane. */
    boolean merged(long pane, int watchPartitions) {
        return lastPane.size() == watchPartitions && lastPane.values().stream().allMatch(last -> last >= pane);
    }

    /** Fired of seen requests, by watch entry. */
    String watched() {
        StringBuilder text = new StringBuilder();
        synchronized (firedAndSeen) {
            firedAndSeen.forEach((watch, counts) -> text.append("  ")
                    .append(watch)
                    .append(' ')
                    .append(counts[0])
                    .append('/')
                    .append(counts[1]));
        }
        return text.toString();
    }

    private void noteAlert(long nanos) {
        if (firstAlertNanos == 0) {
            firstAlertNanos = nanos;
        }
    }

    /** When the first breach or firing alert was seen; 0 when none was. */
    long firstAlertNanos() {
        return firstAlertNanos;
    }

    DemoTally tally() {
        return tally;
    }

    Latencies breachLatency() {
        return breachLatency;
    }

    Latencies paneLatency() {
        return paneLatency;
    }

    static String at(long timeMs) {
        return TIME.format(Instant.ofEpochMilli(timeMs)) + "  ";
    }
}
