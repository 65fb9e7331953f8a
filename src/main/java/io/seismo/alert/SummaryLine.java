package io.seismo.alert;

import io.seismo.spec.DetectorPlan;
import io.seismo.spec.MonitorPlan;
import io.seismo.wire.AlertCore;
import io.seismo.wire.AlertState;
import io.seismo.wire.VerdictCore;
import org.jspecify.annotations.Nullable;

/**
 * The first line an engineer reads: what, since when, in counts against the usual.
 *
 * <p>{@code phishing: 37 of 2,140 requests in 1m fired, usually 0.9 of as many; since 14:02:10Z (poisson-cusum 2x 23.1 / 20.3)}
 */
final class SummaryLine {

    /** PagerDuty's bound on a summary, the tightest of the receivers. */
    private static final int MAX_CHARS = 1024;

    private final MonitorPlan plan;

    SummaryLine(MonitorPlan plan) {
        this.plan = plan;
    }

    String of(AlertCore core) {
        String line = switch (core.getTo()) {
            case ALERT_STATE_PENDING, ALERT_STATE_FIRING -> active(core);
            case ALERT_STATE_RESOLVED -> resolved(core);
            case ALERT_STATE_INACTIVE -> inactive(core);
            case ALERT_STATE_UNSPECIFIED, UNRECOGNIZED ->
                throw new IllegalArgumentException("a transition needs a state");
        };
        return line.length() <= MAX_CHARS ? line : line.substring(0, MAX_CHARS);
    }

    private String active(AlertCore core) {
        String since = "; since " + Words.clock(core.getActiveSinceMs());
        VerdictCore lead = lead(core);
        if (lead == null) {
            return subject(core) + ": condition holds" + since;
        }
        return subject(core) + ": " + counts(lead) + since + " (" + statistic(lead) + ")";
    }

    private static String resolved(AlertCore core) {
        return subject(core) + ": resolved; fired from " + Words.clock(core.getFiringSinceMs()) + " for "
                + Words.span(core.getTimeMs() - core.getFiringSinceMs());
    }

    private static String inactive(AlertCore core) {
        if (core.getFrom() == AlertState.ALERT_STATE_PENDING) {
            return subject(core) + ": the condition ended before it fired; it began at "
                    + Words.clock(core.getActiveSinceMs());
        }
        return subject(core) + ": quiet since it resolved";
    }

    private String counts(VerdictCore verdict) {
        DetectorPlan detector = detector(verdict.getDetector());
        String window = Words.span(windowPanes(detector) * plan.timing().paneMs());
        if (detector instanceof DetectorPlan.CoverageFloor floor) {
            return Words.percent(verdict.getStatistic()) + " of the tokens served in " + window + " were seen, floor "
                    + Words.percent(floor.below());
        }
        if (detector instanceof DetectorPlan.CanaryMatch) {
            return verdict.getDetail();
        }
        if (detector instanceof DetectorPlan.OfEncoder of) {
            return FidelityWords.of(of, verdict, window);
        }
        if (detector instanceof DetectorPlan.Cap cap) {
            return Words.count(verdict.getFired()) + (verdict.getFired() == 1 ? " request" : " requests")
                    + " of " + Words.count(verdict.getSeen()) + " in " + window + " scored above "
                    + Words.number(cap.above());
        }
        return Words.count(verdict.getFired()) + " of " + Words.count(verdict.getSeen()) + " requests in " + window
                + " fired, usually " + Words.number(verdict.getExpected()) + " of as many";
    }

    private static String statistic(VerdictCore verdict) {
        // A verdict with a margin has told its figures already.
        if (verdict.getThreshold() == 0 || verdict.getMargin() > 0) {
            return verdict.getMethod();
        }
        return verdict.getMethod() + " " + Words.number(verdict.getStatistic()) + " / "
                + Words.number(verdict.getThreshold());
    }

    /** A cap before all else, as a human set it; then the verdict furthest beyond its threshold; then the first by id. */
    private static @Nullable VerdictCore lead(AlertCore core) {
        VerdictCore lead = null;
        for (VerdictCore verdict : core.getVerdictsList()) {
            if (verdict.getDeviant() && (lead == null || excess(verdict) > excess(lead))) {
                lead = verdict;
            }
        }
        return lead;
    }

    private static double excess(VerdictCore verdict) {
        return verdict.getThreshold() == 0 ? Double.POSITIVE_INFINITY : verdict.getStatistic() / verdict.getThreshold();
    }

    private static String subject(AlertCore core) {
        String watch = AlertLabels.value(core.getLabelsList(), "watch");
        if (watch != null) {
            return watch;
        }
        String source = AlertLabels.value(core.getLabelsList(), "source");
        return source == null ? "alert" : source;
    }

    private DetectorPlan detector(String id) {
        for (DetectorPlan detector : plan.detectors()) {
            if (detector.id().equals(id)) {
                return detector;
            }
        }
        throw new IllegalArgumentException("no detector " + id);
    }

    /** Panes a verdict speaks of. */
    static int windowPanes(DetectorPlan detector) {
        if (detector instanceof DetectorPlan.Rate rate) {
            return rate.windowPanes();
        }
        return detector instanceof DetectorPlan.OfMonitor of ? of.windowPanes() : 1;
    }
}
