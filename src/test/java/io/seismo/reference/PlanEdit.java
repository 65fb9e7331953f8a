package io.seismo.reference;

import io.seismo.spec.AlertPlan;
import io.seismo.spec.DetectorPlan;
import io.seismo.spec.MonitorPlan;
import io.seismo.spec.MonitorPlan.BaselinePolicy;
import io.seismo.spec.MonitorPlan.Column;
import io.seismo.spec.MonitorPlan.RequestLife;
import io.seismo.spec.TapPlan;
import io.seismo.spec.WatchPlan;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.UnaryOperator;

/** A plan taken apart, to be put together with some parts changed. */
final class PlanEdit {

    private final MonitorPlan plan;
    String model;
    String revision;
    RequestLife life;
    BaselinePolicy baseline;
    final List<TapPlan> taps;
    final List<Column> columns;
    final List<WatchPlan> watches;
    final List<DetectorPlan> detectors;
    final List<AlertPlan> alerts;

    PlanEdit(MonitorPlan plan) {
        this.plan = plan;
        model = plan.model();
        revision = plan.revision();
        life = plan.requestLife();
        baseline = plan.baseline();
        taps = new ArrayList<>(plan.taps());
        columns = new ArrayList<>(plan.columns());
        watches = new ArrayList<>(plan.watches());
        detectors = new ArrayList<>(plan.detectors());
        alerts = new ArrayList<>(plan.alerts());
    }

    void tap(UnaryOperator<TapPlan> change) {
        taps.replaceAll(change);
    }

    void encoder(String name, UnaryOperator<TapPlan.EncoderPlan> change) {
        taps.replaceAll(tap -> {
            List<TapPlan.EncoderPlan> encoders = new ArrayList<>(tap.encoders());
            encoders.replaceAll(each -> each.name().equals(name) ? change.apply(each) : each);
            return new TapPlan(
                    tap.name(),
                    tap.hook(),
                    tap.dIn(),
                    tap.dtype(),
                    tap.skipFirst(),
                    tap.skipSpecial(),
                    tap.sinkNorm(),
                    encoders);
        });
    }

    void watch(String id, UnaryOperator<WatchPlan> change) {
        watches.replaceAll(each -> each.id().equals(id) ? change.apply(each) : each);
    }

    /** Takes an entry out of everything. */
    void without(String watch) {
        watches.removeIf(each -> each.id().equals(watch));
        uncovered(watch);
    }

    /** Takes an entry out of all detectors. */
    void uncovered(String watch) {
        detectors.replaceAll(each -> {
            if (each instanceof DetectorPlan.Rate rate) {
                return rate(rate, rest(rate.watches(), watch), rate.windowPanes(), rate.falsePagesPerWeek());
            }
            return each instanceof DetectorPlan.Cap cap
                    ? new DetectorPlan.Cap(cap.id(), rest(cap.watches(), watch), cap.above(), cap.setBy())
                    : each;
        });
    }

    private static List<String> rest(List<String> watches, String without) {
        return watches.stream().filter(id -> !id.equals(without)).toList();
    }

    void rate(UnaryOperator<DetectorPlan.Rate> change) {
        detectors.replaceAll(each -> each instanceof DetectorPlan.Rate rate ? change.apply(rate) : each);
    }

    static DetectorPlan.Rate rate(DetectorPlan.Rate rate, List<String> watches, int panes, double weekly) {
        return new DetectorPlan.Rate(rate.id(), watches, panes, rate.shifts(), weekly);
    }

    void floor(UnaryOperator<DetectorPlan.CoverageFloor> change) {
        detectors.replaceAll(each -> each instanceof DetectorPlan.CoverageFloor floor ? change.apply(floor) : each);
    }

    void detector(String id, UnaryOperator<DetectorPlan> change) {
        detectors.replaceAll(each -> each.id().equals(id) ? change.apply(each) : each);
    }

    /** Takes a detector out of everything. */
    void withoutDetector(String id) {
        detectors.removeIf(each -> each.id().equals(id));
        alerts.replaceAll(alert -> alert(alert, rest(alert.from(), id), alert.forMs(), alert.keepFiringForMs()));
    }

    void alert(String name, UnaryOperator<AlertPlan> change) {
        alerts.replaceAll(each -> each.name().equals(name) ? change.apply(each) : each);
    }

    static AlertPlan alert(AlertPlan alert, List<String> from, long forMs, long keepMs) {
        return new AlertPlan(
                alert.name(), from, forMs, keepMs, alert.severity(), alert.team(), alert.groupBy(), alert.runbook());
    }

    MonitorPlan as(long epoch) {
        watches.sort(Comparator.comparing(WatchPlan::id));
        detectors.sort(Comparator.comparing(DetectorPlan::id));
        alerts.sort(Comparator.comparing(AlertPlan::name));
        return new MonitorPlan(
                epoch,
                plan.specHash(),
                plan.deployment(),
                model,
                revision,
                plan.timing(),
                plan.shape(),
                life,
                baseline,
                taps,
                columns,
                watches,
                detectors,
                alerts);
    }
}
