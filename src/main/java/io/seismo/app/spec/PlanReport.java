package io.seismo.app.spec;

import io.seismo.app.cli.Durations;
import io.seismo.app.cli.Percent;
import io.seismo.encoder.RowBlock;
import io.seismo.spec.AlertPlan;
import io.seismo.spec.DetectorPlan;
import io.seismo.spec.EncoderSpec;
import io.seismo.spec.MonitorPlan;
import io.seismo.spec.MonitorSpec;
import io.seismo.spec.ReceiverSpec;
import io.seismo.spec.SpecDocument;
import io.seismo.spec.TapPlan;
import io.seismo.spec.WatchPlan;
import io.seismo.topology.StoreBound;
import io.seismo.wire.Severity;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * A plan as {@code seismo plan} reports it: the graph from taps to receivers, costs and bounds. Field names are the
 * JSON that {@code --json} prints.
 *
 * @param falsePagesPerWeek expected, over all detectors
 * @param stores what bounds them
 */
record PlanReport(
        String file,
        String deployment,
        String model,
        String revision,
        String specHash,
        int partitions,
        int watchPartitions,
        long paneMs,
        List<Tap> taps,
        List<Watch> watch,
        List<Detector> detectors,
        List<Alert> alerts,
        List<Receiver> receivers,
        double falsePagesPerWeek,
        List<StoreBound> stores) {

    /** A hook point with the encoders on it. */
    record Tap(
            String name,
            String hook,
            int dIn,
            String dtype,
            List<String> skip,
            float sinkNorm,
            List<Encoder> encoders) {}

    /**
     * An encoder.
     *
     * @param device where it runs
     * @param precision of its multiplication
     * @param topkThreshold what stands in for the k-th largest value; 0 for the exact one
     * @param thresholdFrom where that comes from; empty when there is none
     * @param watch what it adds to the multiplications of its taps, on every token; of an SAE that must be computed whole
     *     for it, all of that
     * @param full cost of the full graph, on tokens of the share of requests it encodes
     */
    record Encoder(
            String name,
            String kind,
            String location,
            int features,
            String device,
            String precision,
            float topkThreshold,
            String thresholdFrom,
            Cost watch,
            double fullFraction,
            Cost full) {}

    /**
     * Cost of a graph.
     *
     * @param columns it computes
     * @param flopPerToken 2 · d_in · columns
     * @param bytesPerToken a float a column, out; of a full graph the row in too, and what it marks
     */
    record Cost(int columns, long flopPerToken, long bytesPerToken) {
        static Cost of(TapPlan tap, int columns) {
            long in = (long) tap.dIn() * RowBlock.bytesPerElement(tap.dtype());
            return new Cost(columns, 2L * tap.dIn() * columns, in + 4L * columns);
        }

        /** Of columns in a multiplication that others have columns in too. */
        static Cost share(int columns, long flop) {
            return new Cost(columns, flop, 4L * columns);
        }
    }

    /** What encoders, each listed under a tap, cost. */
    interface Costs {

        /** What it adds on every token. */
        Cost watch(TapPlan tap, TapPlan.EncoderPlan encoder);

        /** Of its full graph. */
        Cost full(TapPlan tap, TapPlan.EncoderPlan encoder);
    }

    /**
     * As shapes alone tell, without a look at the weights: as if heads read features that are watched anyway, and no SAE
     * were needed whole to watch a few.
     */
    private static final Costs OF_SHAPES = new Costs() {
        @Override
        public Cost watch(TapPlan tap, TapPlan.EncoderPlan encoder) {
            boolean hidden = encoder.reads().form().equals("mlp");
            int columns = encoder.reads().onFeatures()
                    ? 0
                    : hidden ? encoder.reads().columns() : encoder.watched().size();
            return Cost.share(columns, 2L * tap.dIn() * columns);
        }

        @Override
        public Cost full(TapPlan tap, TapPlan.EncoderPlan encoder) {
            return Cost.of(tap, encoder.width());
        }
    };

    /**
     * A watch entry and the detectors over it.
     *
     * @param labelFrom whose the label is; third-party where the spec does not say
     */
    record Watch(
            String name,
            String read,
            String aggregate,
            float firesAbove,
            String severity,
            String team,
            String label,
            String labelFrom,
            List<String> detectors) {}

    /** A detector, in words, and the alerts it raises. */
    record Detector(String name, String does, double falsePagesPerWeek, List<String> alerts) {}

    /** An alert, the severities it can have and who is told. */
    record Alert(
            String name,
            List<String> from,
            long forMs,
            long keepFiringForMs,
            List<String> severities,
            List<String> receivers,
            String runbook) {}

    /** A receiver. */
    record Receiver(String name, String sends, List<String> severities) {}

    /** With costs as shapes alone tell them. */
    static PlanReport of(SpecDocument document, MonitorPlan plan, List<StoreBound> stores) {
        return of(document, plan, stores, OF_SHAPES);
    }

    /** With costs as given. */
    static PlanReport of(SpecDocument document, MonitorPlan plan, List<StoreBound> stores, Costs costs) {
        MonitorSpec spec = document.spec();
        double pages = 0;
        for (DetectorPlan detector : plan.detectors()) {
            pages += detector.falsePagesPerWeek();
        }
        return new PlanReport(
                document.file(),
                plan.deployment(),
                plan.model(),
                plan.revision(),
                plan.specHash(),
                plan.shape().partitions(),
                plan.shape().watchPartitions(),
                plan.timing().paneMs(),
                plan.taps().stream().map(tap -> tap(spec, tap, costs)).toList(),
                plan.watches().stream().map(watch -> watch(spec, plan, watch)).toList(),
                plan.detectors().stream()
                        .map(detector -> detector(plan, detector))
                        .toList(),
                plan.alerts().stream().map(alert -> alert(spec, plan, alert)).toList(),
                receivers(spec),
                pages,
                List.copyOf(stores));
    }

    private static Tap tap(MonitorSpec spec, TapPlan tap, Costs costs) {
        List<String> skip = new ArrayList<>();
        Objects.requireNonNull(spec.taps().get(tap.name()))
                .skip()
                .forEach(rows -> skip.add(rows.name().toLowerCase(Locale.ROOT)));
        List<Encoder> encoders = new ArrayList<>();
        for (TapPlan.EncoderPlan encoder : tap.encoders()) {
            encoders.add(new Encoder(
                    encoder.name(),
                    kind(encoder),
                    encoder.location(),
                    encoder.width(),
                    encoder.arithmetic().device().toString(),
                    encoder.arithmetic().precision().word(),
                    encoder.arithmetic().topkThreshold(),
                    spec.encoders().get(encoder.name()) instanceof EncoderSpec.Sae sae ? sae.thresholdFrom() : "",
                    costs.watch(tap, encoder),
                    encoder.fullFraction(),
                    costs.full(tap, encoder)));
        }
        String dtype = word(tap.dtype().name(), "DTYPE_");
        return new Tap(tap.name(), tap.hook(), tap.dIn(), dtype, skip, tap.sinkNorm(), encoders);
    }

    private static String kind(TapPlan.EncoderPlan encoder) {
        if (!encoder.probe()) {
            return "SAE";
        }
        String form = encoder.reads().form();
        String reads = encoder.reads().onFeatures()
                ? " on features of " + encoder.reads().features()
                : "";
        return form.isEmpty() || (form.equals("linear") && reads.isEmpty()) ? "probe" : "probe (" + form + reads + ")";
    }

    private static Watch watch(MonitorSpec spec, MonitorPlan plan, WatchPlan watch) {
        List<String> detectors = new ArrayList<>();
        for (DetectorPlan detector : plan.detectors()) {
            if (watches(detector).contains(watch.id())) {
                detectors.add(detector.id());
            }
        }
        String read =
                Objects.requireNonNull(spec.watch().get(watch.id())).read().toString();
        return new Watch(
                watch.id(),
                read,
                watch.aggregator().toString(),
                watch.firesAbove(),
                word(watch.severity()),
                watch.team(),
                watch.label(),
                watch.attribution(),
                detectors);
    }

    private static List<String> watches(DetectorPlan detector) {
        if (detector instanceof DetectorPlan.Rate rate) {
            return rate.watches();
        }
        return detector instanceof DetectorPlan.Cap cap ? cap.watches() : List.of();
    }

    private static Detector detector(MonitorPlan plan, DetectorPlan detector) {
        List<String> alerts = new ArrayList<>();
        for (AlertPlan alert : plan.alerts()) {
            if (alert.from().contains(detector.id())) {
                alerts.add(alert.name());
            }
        }
        return new Detector(detector.id(), does(plan, detector), detector.falsePagesPerWeek(), alerts);
    }

    private static String does(MonitorPlan plan, DetectorPlan detector) {
        if (detector instanceof DetectorPlan.Rate rate) {
            String window = Durations.text(rate.windowPanes() * plan.timing().paneMs());
            return "requests fired in " + window + ", cusum for shifts " + rate.shifts();
        }
        if (detector instanceof DetectorPlan.Cap cap) {
            return "any score above " + cap.above() + ", set by " + cap.setBy();
        }
        if (detector instanceof DetectorPlan.CanaryMatch canary) {
            return plan.canaries().size() + " canaries: a row that is not as recorded, or none for "
                    + Durations.text(canary.silentMs());
        }
        String window = Durations.text(((DetectorPlan.OfMonitor) detector).windowPanes()
                * plan.timing().paneMs());
        if (detector instanceof DetectorPlan.UnexplainedCeiling ceiling) {
            return "what " + ceiling.encoder() + " leaves unexplained in " + window + " above "
                    + Percent.of(ceiling.above());
        }
        if (detector instanceof DetectorPlan.ActiveBand band) {
            return "features of " + band.encoder() + " a token in " + window + " outside " + band.least() + " to "
                    + band.most();
        }
        DetectorPlan.CoverageFloor floor = (DetectorPlan.CoverageFloor) detector;
        return "coverage in " + window + " below " + Percent.of(floor.below());
    }

    private static Alert alert(MonitorSpec spec, MonitorPlan plan, AlertPlan alert) {
        SortedSet<Severity> severities = new TreeSet<>(Collections.reverseOrder());
        if (alert.severity() != null) {
            severities.add(alert.severity());
        } else {
            for (DetectorPlan detector : plan.detectors()) {
                if (alert.from().contains(detector.id())) {
                    watches(detector)
                            .forEach(watch -> severities.add(plan.watch(watch).severity()));
                }
            }
        }
        List<String> told = new ArrayList<>();
        spec.receivers().forEach((name, receiver) -> {
            if (!Collections.disjoint(receiver.severities(), severities)) {
                told.add(name);
            }
        });
        return new Alert(
                alert.name(),
                alert.from(),
                alert.forMs(),
                alert.keepFiringForMs(),
                words(severities),
                told,
                alert.runbook());
    }

    private static List<Receiver> receivers(MonitorSpec spec) {
        List<Receiver> receivers = new ArrayList<>();
        spec.receivers().forEach((name, receiver) -> {
            SortedSet<Severity> severities = new TreeSet<>(Collections.reverseOrder());
            severities.addAll(receiver.severities());
            receivers.add(new Receiver(name, sends(receiver), words(severities)));
        });
        return receivers;
    }

    private static String sends(ReceiverSpec receiver) {
        if (receiver instanceof ReceiverSpec.Alertmanager alertmanager) {
            return "Alertmanager " + alertmanager.urls();
        }
        if (receiver instanceof ReceiverSpec.Webhook webhook) {
            return "webhook " + webhook.url() + (webhook.secretFile().isEmpty() ? ", unsigned" : ", signed");
        }
        return "log, " + ((ReceiverSpec.Log) receiver).format();
    }

    private static List<String> words(SortedSet<Severity> severities) {
        return severities.stream().map(PlanReport::word).toList();
    }

    private static String word(Severity severity) {
        return word(severity.name(), "SEVERITY_");
    }

    private static String word(String constant, String prefix) {
        return constant.substring(prefix.length()).toLowerCase(Locale.ROOT);
    }
}
