package io.seismo.reference;

import io.seismo.spec.AggregatorSpec;
import io.seismo.spec.AlertPlan;
import io.seismo.spec.Arithmetic;
import io.seismo.spec.DetectorPlan;
import io.seismo.spec.Device;
import io.seismo.spec.MonitorPlan;
import io.seismo.spec.MonitorPlan.BaselinePolicy;
import io.seismo.spec.MonitorPlan.Column;
import io.seismo.spec.MonitorPlan.RequestLife;
import io.seismo.spec.Precision;
import io.seismo.spec.TapPlan;
import io.seismo.spec.WatchPlan;
import io.seismo.wire.Severity;
import java.util.List;
import java.util.function.Consumer;

/** Every way in which the plan of the fixture might change, one at a time. */
enum PlanChange {
    NOTHING(edit -> {}),
    LABEL(edit -> edit.watch("bridge", w -> described(w, w.severity(), w.team(), "another label", w.priorRate()))),
    TEAM(edit -> edit.watch("bridge", w -> described(w, w.severity(), "others", w.label(), w.priorRate()))),
    SEVERITY(edit ->
            edit.watch("phishing", w -> described(w, Severity.SEVERITY_TICKET, w.team(), w.label(), w.priorRate()))),
    PRIOR_RATE(edit -> edit.watch("bridge", w -> described(w, w.severity(), w.team(), w.label(), 0.05))),
    FIRES_ABOVE(edit -> edit.watch("bridge", w -> reading(w, w.columns(), w.aggregator(), 2.9f))),
    AGGREGATOR(edit -> edit.watch("phishing", w -> reading(w, w.columns(), new AggregatorSpec.Max(), w.firesAbove()))),
    COLUMN_ORDER(edit -> edit.watch("phishing", w -> reading(w, List.of(3, 2), w.aggregator(), w.firesAbove()))),
    ENTRY_GONE(edit -> edit.without("bridge")),
    ENTRY_UNCOVERED(edit -> edit.uncovered("bridge")),
    ENTRY_NEW(edit -> edit.watches.add(new WatchPlan(
            "wide",
            List.of(1, 2, 3, 4),
            new AggregatorSpec.EmaMax(0.5f),
            2.6f,
            Severity.SEVERITY_PAGE,
            "",
            "wide",
            "",
            0.02))),
    /** One more watched feature moves the columns of others: their entries still mean the same. */
    COLUMNS_MOVED(PlanChange::moveColumns),
    TAP_RENAMED(edit -> {
        edit.tap(tap -> new TapPlan(
                "middle",
                tap.hook(),
                tap.dIn(),
                tap.dtype(),
                tap.skipFirst(),
                tap.skipSpecial(),
                tap.sinkNorm(),
                tap.encoders()));
        edit.columns.replaceAll(column -> new Column("middle", column.encoder(), column.feature()));
    }),
    ENCODER_RENAMED(edit -> {
        edit.encoder("topics", e -> encoder(e, "themes", e.location(), e.fullFraction(), e.weights()));
        edit.columns.replaceAll(column ->
                column.encoder().equals("topics") ? new Column(column.tap(), "themes", column.feature()) : column);
    }),
    SINK_NORM(edit -> edit.tap(tap -> tap(tap, tap.skipFirst(), tap.skipSpecial(), 30f))),
    SKIP_FIRST(edit -> edit.tap(tap -> tap(tap, false, tap.skipSpecial(), tap.sinkNorm()))),
    SKIP_SPECIAL(edit -> edit.tap(tap -> tap(tap, tap.skipFirst(), false, tap.sinkNorm()))),
    WEIGHTS(edit -> edit.encoder("topics", e -> encoder(e, e.name(), "test/retrained", e.fullFraction(), e.weights()))),
    /** The same weights, now told by their hash, which is another one than their place. */
    WEIGHTS_READ(
            edit -> edit.encoder("topics", e -> encoder(e, e.name(), "elsewhere", e.fullFraction(), "test/topics"))),
    PRECISION(edit -> edit.encoder("topics", e -> encoder(e, new Arithmetic(Device.CPU, Precision.INT8, 0)))),
    TOPK_THRESHOLD(edit -> edit.encoder("topics", e -> encoder(e, new Arithmetic(Device.CPU, Precision.FP32, 2.5f)))),
    /** Where it runs is not what it means. */
    DEVICE(edit -> edit.encoder("topics", e -> encoder(e, Arithmetic.on(new Device(0, true))))),
    FULL_FRACTION(edit -> edit.encoder("topics", e -> encoder(e, e.name(), e.location(), 0.8, e.weights()))),
    BUDGET(edit -> edit.rate(r -> PlanEdit.rate(r, r.watches(), r.windowPanes(), 50))),
    RATE_WINDOW(edit -> edit.rate(r -> PlanEdit.rate(r, r.watches(), 3, r.falsePagesPerWeek()))),
    SHIFTS(edit -> edit.rate(r ->
            new DetectorPlan.Rate(r.id(), r.watches(), r.windowPanes(), List.of(2.0, 8.0), r.falsePagesPerWeek()))),
    BASELINE(edit -> edit.baseline = new BaselinePolicy(60_000, 60, 120_000)),
    DETECTOR_GONE(edit -> edit.withoutDetector("rate")),
    /** What was a cap is a rate detector of the same name, and the other way round. */
    DETECTOR_KINDS(edit -> {
        edit.detector("never", d -> new DetectorPlan.Rate("never", List.of("bridge"), 6, List.of(2.0, 5.0), 0.5));
        edit.detector("rate", d -> new DetectorPlan.Cap("rate", List.of("bridge", "phishing"), 6f, "a test"));
    }),
    CAP_ABOVE(edit ->
            edit.detector("never", d -> new DetectorPlan.Cap("never", List.of("bridge", "phishing"), 5f, "a test"))),
    CAP_GONE(edit -> edit.withoutDetector("never")),
    CAP_ELSEWHERE(edit -> edit.detector(
            "surely-never", d -> new DetectorPlan.Cap("surely-never", List.of("phishing", "rare"), 7f, "a test"))),
    FLOOR(edit -> edit.floor(f -> new DetectorPlan.CoverageFloor(f.id(), f.windowPanes(), 0.6, 0.1))),
    FLOOR_WINDOW(edit -> edit.floor(f -> new DetectorPlan.CoverageFloor(f.id(), 4, f.below(), 0.1))),
    FLOOR_GONE(edit -> {
        edit.withoutDetector("blind");
        edit.alerts.removeIf(alert -> alert.name().equals("MonitorBlind"));
    }),
    SPIKE_ALERT_GONE(edit -> edit.alerts.removeIf(alert -> alert.name().equals("FeatureSpike"))),
    ALL_ALERTS_GONE(edit -> edit.alerts.clear()),
    ALERT_SEVERITY(edit -> edit.alert("MonitorBlind", a -> severe(a, Severity.SEVERITY_TICKET))),
    ALERT_SEVERITY_GIVEN(edit -> edit.alert("FeatureSpike", a -> severe(a, Severity.SEVERITY_PAGE))),
    ALERT_FROM(edit ->
            edit.alert("FeatureSpike", a -> PlanEdit.alert(a, List.of("never"), a.forMs(), a.keepFiringForMs()))),
    ALERT_FOR(edit -> {
        edit.alert("FeatureSpike", a -> PlanEdit.alert(a, a.from(), 60_000, 0));
        edit.alert("MonitorBlind", a -> PlanEdit.alert(a, a.from(), 0, 120_000));
    }),
    LIFE(edit -> edit.life = new RequestLife(7_000, 12_000, 5)),
    REVISION(edit -> edit.revision = "r2"),
    MODEL(edit -> edit.model = "other"),
    MANY_THINGS(edit -> {
        edit.watch("bridge", w -> reading(w, w.columns(), w.aggregator(), 2.9f));
        edit.without("rare");
        moveColumns(edit);
        edit.encoder("topics", e -> encoder(e, e.name(), e.location(), 0.2, e.weights()));
        edit.alert("MonitorBlind", a -> severe(a, Severity.SEVERITY_TICKET));
        edit.life = new RequestLife(20_000, 40_000, 12);
    }),
    CEILING_ABOVE(edit -> edit.detector("unexplained", d -> ceiling("unexplained", 6, 0.36))),
    CEILING_WINDOW(edit -> edit.detector("unexplained", d -> ceiling("unexplained", 9, 0.45))),
    CEILING_GONE(edit -> edit.withoutDetector("unexplained")),
    /** What looked at L0 looks at reconstruction under the same name. */
    BAND_BECOMES_CEILING(edit -> edit.detector("sparse", d -> ceiling("sparse", 12, 0.45))),
    /** Nothing looks at the encoder any more, so that it is no longer measured. */
    NOT_MEASURED(edit -> {
        edit.withoutDetector("unexplained");
        edit.withoutDetector("sparse");
        edit.alerts.removeIf(alert -> alert.name().equals("SaeDrift"));
    });

    private final Consumer<PlanEdit> change;

    PlanChange(Consumer<PlanEdit> change) {
        this.change = change;
    }

    /** That plan, changed, under another number. */
    MonitorPlan of(MonitorPlan plan, long epoch) {
        PlanEdit edit = new PlanEdit(plan);
        change.accept(edit);
        return edit.as(epoch);
    }

    private static void moveColumns(PlanEdit edit) {
        edit.encoder(
                "topics",
                e -> new TapPlan.EncoderPlan(
                        e.name(),
                        e.location(),
                        e.probe(),
                        e.width(),
                        List.of(3, PlanFixture.BRIDGE, 88, 300, 512),
                        e.fullFraction(),
                        e.weights()));
        edit.columns.add(1, new Column(edit.taps.get(0).name(), "topics", 3));
        edit.watches.replaceAll(watch -> reading(
                watch,
                watch.columns().stream().map(c -> c == 0 ? c : c + 1).toList(),
                watch.aggregator(),
                watch.firesAbove()));
    }

    private static WatchPlan described(WatchPlan w, Severity severity, String team, String label, double priorRate) {
        return new WatchPlan(
                w.id(), w.columns(), w.aggregator(), w.firesAbove(), severity, team, label, w.labelFrom(), priorRate);
    }

    private static WatchPlan reading(WatchPlan w, List<Integer> columns, AggregatorSpec aggregator, float above) {
        return new WatchPlan(
                w.id(), columns, aggregator, above, w.severity(), w.team(), w.label(), w.labelFrom(), w.priorRate());
    }

    private static TapPlan tap(TapPlan tap, boolean skipFirst, boolean skipSpecial, float sinkNorm) {
        return new TapPlan(
                tap.name(), tap.hook(), tap.dIn(), tap.dtype(), skipFirst, skipSpecial, sinkNorm, tap.encoders());
    }

    private static TapPlan.EncoderPlan encoder(
            TapPlan.EncoderPlan e, String name, String location, double fullFraction, String weights) {
        return new TapPlan.EncoderPlan(name, location, e.probe(), e.width(), e.watched(), fullFraction, weights);
    }

    private static TapPlan.EncoderPlan encoder(TapPlan.EncoderPlan e, Arithmetic arithmetic) {
        return new TapPlan.EncoderPlan(
                e.name(),
                e.location(),
                e.probe(),
                e.width(),
                e.watched(),
                e.fullFraction(),
                e.weights(),
                e.reads(),
                arithmetic);
    }

    private static DetectorPlan ceiling(String id, int panes, double above) {
        return new DetectorPlan.UnexplainedCeiling(id, "topics", panes, above, 2_000);
    }

    private static AlertPlan severe(AlertPlan a, Severity severity) {
        return new AlertPlan(
                a.name(), a.from(), a.forMs(), a.keepFiringForMs(), severity, a.team(), a.groupBy(), a.runbook());
    }
}
