package io.seismo.notify;

import io.seismo.spec.AggregatorSpec;
import io.seismo.spec.MonitorPlan;
import io.seismo.spec.Timing;
import io.seismo.spec.WatchPlan;
import io.seismo.wire.AlertCore;
import io.seismo.wire.AlertState;
import io.seismo.wire.AlertTransition;
import io.seismo.wire.Breach;
import io.seismo.wire.Evidence;
import io.seismo.wire.Label;
import io.seismo.wire.Severity;
import io.seismo.wire.TokenPeak;
import io.seismo.wire.TopRequest;
import java.util.List;

/** A plan, transitions and breaches to tell about. */
final class Samples {

    static final long TIME = 1_763_800_000_000L;

    private Samples() {}

    static MonitorPlan plan() {
        return new MonitorPlan(
                1,
                "abc",
                "test",
                "m",
                "r1",
                Timing.DEFAULT,
                new MonitorPlan.Shape(2, 2),
                new MonitorPlan.RequestLife(60_000, 600_000, 100),
                new MonitorPlan.BaselinePolicy(0, 0, 0),
                List.of(),
                List.of(),
                List.of(watch("loud", Severity.SEVERITY_PAGE), watch("quiet", Severity.SEVERITY_SHADOW)),
                List.of(),
                List.of());
    }

    private static WatchPlan watch(String id, Severity severity) {
        return new WatchPlan(id, List.of(0), new AggregatorSpec.Max(), 1, severity, "safety", "", "", 0);
    }

    static AlertTransition transition(String severity, AlertState to, long pane) {
        return AlertTransition.newBuilder()
                .setSchemaVersion(1)
                .setCore(AlertCore.newBuilder()
                        .setFingerprint("f00d")
                        .addLabels(label("alertname", "FeatureSpike"))
                        .addLabels(label("severity", severity))
                        .addLabels(label("watch", "loud"))
                        .setTo(to)
                        .setPane(pane)
                        .setTimeMs(TIME)
                        .setFiringSinceMs(TIME - 10_000))
                .setEvidence(Evidence.newBuilder()
                        .setSummary("loud: 37 of 2,140 requests in 1m fired, usually 0.9 of as many")
                        .setCoverage(0.998)
                        .setRefused(3)
                        .setAccounts(2)
                        .setTenants(1)
                        .addTop(top("req-1"))
                        .addCoFiring("quiet: 12 of 2,140")
                        .setReplay("seismo replay run --alert f00d")
                        .setRunbook("runbooks/feature-spike.md"))
                .build();
    }

    static TopRequest top(String id) {
        return TopRequest.newBuilder()
                .setRequestId(id)
                .setScore(9.25f)
                .addPeaks(TokenPeak.newBuilder().setPosition(7).setValue(9.5f))
                .build();
    }

    static Breach breach(String watch, long timeMs) {
        return Breach.newBuilder()
                .setDetector("never")
                .setWatch(watch)
                .setRequestId("req-9")
                .setModel("m")
                .setRevision("r1")
                .setTimestampMs(timeMs)
                .setScore(15)
                .setAbove(14)
                .setPosition(3)
                .build();
    }

    static Notice notice(String severity, AlertState to, long pane) {
        return new Notices(plan()).of(transition(severity, to, pane)).orElseThrow();
    }

    private static Label label(String name, String value) {
        return Label.newBuilder().setName(name).setValue(value).build();
    }
}
