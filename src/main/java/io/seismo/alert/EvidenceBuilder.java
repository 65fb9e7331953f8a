package io.seismo.alert;

import io.seismo.spec.AlertPlan;
import io.seismo.spec.DetectorPlan;
import io.seismo.spec.MonitorPlan;
import io.seismo.wire.AlertCore;
import io.seismo.wire.Evidence;
import io.seismo.wire.TokenPeak;
import io.seismo.wire.TopRequest;
import java.util.List;
import java.util.TreeSet;

/**
 * Builds the evidence bundle of a transition: the answers a paged engineer needs, in the order they are needed.
 *
 * <p>What and since when, in counts against the usual; one account or everyone; is the monitor healthy; how many false
 * pages to expect; which requests; what else fires; how to see it again. Evidence holds pseudonyms and request ids but
 * never text, and is not part of the alert core: replay need not reproduce it byte for byte.
 *
 * <p>Bounds: at most 10 requests with at most 8 token peaks each, 5 co-firing lines, 10 revisions; every string clipped.
 * The whole stays far below 512 KiB.
 */
public final class EvidenceBuilder {

    /** Requests in a bundle. */
    public static final int MAX_TOP = 10;

    /** Co-firing entries in a bundle. */
    public static final int MAX_CO_FIRING = 5;

    private static final int MAX_PEAKS = 8;
    private static final int MAX_REVISIONS = 10;
    private static final int MAX_CHARS = 512;
    private static final long MINUTE_MS = 60_000;

    private final MonitorPlan plan;
    private final SummaryLine summary;

    /** Evidence under this plan. */
    public EvidenceBuilder(MonitorPlan plan) {
        this.plan = plan;
        this.summary = new SummaryLine(plan);
    }

    /** The bundle of one transition. */
    public Evidence build(AlertCore core, AlertPlan alert, Surroundings around) {
        Evidence.Builder out = Evidence.newBuilder()
                .setSummary(summary.of(core))
                .setCoverage(around.coverage())
                .setRefused(around.refused())
                .setFalsePagesPerWeek(falsePages(alert))
                .setSpecHash(clip(plan.specHash()))
                .setReplay(replay(core, alert))
                .setRunbook(clip(alert.runbook()));
        addTop(around.top(), out);
        for (String line : around.coFiring()
                .subList(0, Math.min(MAX_CO_FIRING, around.coFiring().size()))) {
            out.addCoFiring(clip(line));
        }
        return out.build();
    }

    /** Panes the longest window of an alert's detectors covers. */
    public int windowPanes(AlertPlan alert) {
        int panes = 1;
        for (DetectorPlan detector : plan.detectors()) {
            if (alert.from().contains(detector.id())) {
                panes = Math.max(panes, SummaryLine.windowPanes(detector));
            }
        }
        return panes;
    }

    private double falsePages(AlertPlan alert) {
        double sum = 0;
        for (DetectorPlan detector : plan.detectors()) {
            if (alert.from().contains(detector.id())) {
                sum += detector.falsePagesPerWeek();
            }
        }
        return sum;
    }

    private static void addTop(List<TopRequest> top, Evidence.Builder out) {
        TreeSet<String> tenants = new TreeSet<>();
        TreeSet<String> accounts = new TreeSet<>();
        TreeSet<String> revisions = new TreeSet<>();
        for (TopRequest request : top.subList(0, Math.min(MAX_TOP, top.size()))) {
            note(tenants, request.getTenantKey());
            note(accounts, request.getAccountKey());
            note(revisions, request.getRevision());
            out.addTop(bounded(request));
        }
        out.setTenants(tenants.size()).setAccounts(accounts.size());
        revisions.stream().limit(MAX_REVISIONS).map(EvidenceBuilder::clip).forEach(out::addRevisions);
    }

    private static TopRequest bounded(TopRequest request) {
        List<TokenPeak> peaks = request.getPeaksList();
        TopRequest.Builder out = request.toBuilder()
                .setRequestId(clip(request.getRequestId()))
                .setAccountKey(clip(request.getAccountKey()))
                .setTenantKey(clip(request.getTenantKey()))
                .setRevision(clip(request.getRevision()))
                .clearPeaks()
                .addAllPeaks(peaks.subList(0, Math.min(MAX_PEAKS, peaks.size())));
        out.getOriginBuilder().setTraceparent(clip(request.getOrigin().getTraceparent()));
        return out.build();
    }

    /** From the minute of the first window that counted to the minute after this pane; replay finds the snapshot. */
    private String replay(AlertCore core, AlertPlan alert) {
        long window = windowPanes(alert) * plan.timing().paneMs();
        long start = core.getActiveSinceMs() == 0 ? core.getTimeMs() : core.getActiveSinceMs();
        long from = Math.floorDiv(Math.max(0, start - window), MINUTE_MS) * MINUTE_MS;
        long to = Math.floorDiv(core.getTimeMs() + MINUTE_MS - 1, MINUTE_MS) * MINUTE_MS;
        return "seismo replay run --from " + Words.instant(from) + " --to " + Words.instant(to) + " --alert "
                + core.getFingerprint();
    }

    private static void note(TreeSet<String> into, String value) {
        if (!value.isEmpty()) {
            into.add(value);
        }
    }

    private static String clip(String text) {
        if (text.length() <= MAX_CHARS) {
            return text;
        }
        boolean splitsPair = Character.isHighSurrogate(text.charAt(MAX_CHARS - 1));
        return text.substring(0, splitsPair ? MAX_CHARS - 1 : MAX_CHARS);
    }
}
