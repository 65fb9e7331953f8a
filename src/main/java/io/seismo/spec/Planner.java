package io.seismo.spec;

import io.seismo.spec.EncoderCatalog.UnknownEncoderException;
import io.seismo.spec.MonitorPlan.Column;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Resolves a spec against the weights it names.
 *
 * <p>A function of the spec and the facts: everything is sorted by name, columns by tap, encoder and feature, so that
 * every instance of a deployment arrives at the same plan.
 */
public final class Planner {

    private static final Comparator<Column> COLUMN_ORDER =
            Comparator.comparing(Column::tap).thenComparing(Column::encoder).thenComparingInt(Column::feature);

    private final SpecDocument document;
    private final MonitorSpec spec;
    private final Reading reading;
    private final SortedMap<String, EncoderFacts> facts = new TreeMap<>();

    private Planner(SpecDocument document) {
        this.document = document;
        this.spec = document.spec();
        this.reading = new Reading(document.file());
    }

    /**
     * The plan of one epoch.
     *
     * @param catalog knows the weights
     * @param epoch number of the epoch, from 1
     * @throws SpecException when the weights are not there or do not fit the spec, with every problem found
     */
    public static MonitorPlan plan(SpecDocument document, EncoderCatalog catalog, long epoch) {
        Planner planner = new Planner(document);
        planner.lookUp(catalog);
        planner.checkHeads();
        planner.checkDecoders(catalog);
        List<Column> columns = planner.columns();
        List<TapPlan> taps = planner.taps(columns);
        List<CanaryPlan> canaries = new CanaryPlanner(document, planner.reading).plan(catalog);
        planner.reading.finish();
        return planner.assemble(epoch, taps, columns, canaries);
    }

    private void lookUp(EncoderCatalog catalog) {
        spec.encoders().forEach((name, encoder) -> {
            String path = "encoders." + name + (encoder instanceof EncoderSpec.Probe ? ".probe" : ".sae");
            try {
                EncoderFacts found = catalog.facts(encoder.location());
                facts.put(name, found);
                checkFit(path, encoder, found);
            } catch (UnknownEncoderException e) {
                refuse(path, encoder.location(), String.valueOf(e.getMessage()), e.remedy());
            }
        });
    }

    private void checkFit(String path, EncoderSpec encoder, EncoderFacts found) {
        boolean probe = encoder instanceof EncoderSpec.Probe;
        if (found.probe() != probe) {
            refuse(
                    path,
                    encoder.location(),
                    "the weights are " + (probe ? "an SAE" : "a probe") + ", not " + (probe ? "a probe" : "an SAE"),
                    "write " + (probe ? "sae: " : "probe: ") + encoder.location());
        }
        if (encoder instanceof EncoderSpec.Probe declared) {
            checkProbe(path, declared, found);
            if (!declared.features().isEmpty() || declared.taps().size() > 1) {
                checkModel(encoder, found);
                return;
            }
        }
        TapSpec tap = tap(encoder);
        String at = "taps." + encoder.tap();
        if (found.dIn() != tap.dIn() && found.dIn() > 0) {
            refuse(
                    at + ".d_in",
                    String.valueOf(tap.dIn()),
                    "rows of " + tap.dIn() + " do not fit " + encoder.location() + ", which reads rows of "
                            + found.dIn(),
                    "d_in: " + found.dIn() + ", or other weights");
        }
        if (!found.hook().isEmpty() && !found.hook().equals(tap.hook())) {
            refuse(
                    at + ".hook",
                    tap.hook(),
                    encoder.location() + " was trained on hook " + Words.quoted(found.hook()),
                    "hook: " + Words.shortened(found.hook()) + ", or other weights");
        }
        checkModel(encoder, found);
    }

    private void checkProbe(String path, EncoderSpec.Probe encoder, EncoderFacts found) {
        String form = found.form().name();
        boolean onProcessor = !encoder.features().isEmpty() || form.equals("onnx") || form.equals("trees");
        if (encoder.arithmetic().device().gpu() && onProcessor) {
            refuse(path, encoder.location(), "heads and models in ONNX run on the processor", "device: cpu");
        }
        if (encoder.arithmetic().precision() != Precision.FP32 && onProcessor) {
            refuse(path, encoder.location(), "heads and models in ONNX have a precision of their own", "leave it out");
        }
        if (encoder.score() != ProbeScore.LOGIT && !form.equals("linear")) {
            refuse(path, encoder.location(), "only a linear probe has a raw score", "score: logit");
        }
        if (encoder.features().isEmpty()
                && (form.equals("trees") || found.form().topFeature() >= 0)) {
            refuse(
                    path,
                    encoder.location(),
                    encoder.location() + " reads features, not rows",
                    "add features: and the name of an SAE on its tap");
        }
        if (encoder.features().isEmpty() && encoder.taps().size() > 1) {
            int wide = 0;
            for (String tap : encoder.taps()) {
                wide += require(spec.taps(), tap).dIn();
            }
            if (found.dIn() != wide && found.dIn() > 0) {
                refuse(
                        path,
                        encoder.location(),
                        "rows of " + wide + ", side by side, do not fit " + encoder.location() + ", which reads "
                                + found.dIn(),
                        "the taps it was trained on, in that order");
            }
        }
    }

    /** Once all facts are known: whether the SAE has the features that a head reads. */
    private void checkHeads() {
        spec.encoders().forEach((name, encoder) -> {
            EncoderFacts head = facts.get(name);
            if (head == null
                    || !(encoder instanceof EncoderSpec.Probe probe)
                    || probe.features().isEmpty()) {
                return;
            }
            EncoderFacts read = facts.get(probe.features());
            boolean listed = head.form().topFeature() >= 0;
            if (read != null && listed && head.form().topFeature() >= read.width()) {
                refuse(
                        "encoders." + name + ".features",
                        probe.features(),
                        encoder.location() + " reads feature "
                                + head.form().topFeature() + ", but " + Words.quoted(probe.features()) + " has "
                                + read.width(),
                        "the SAE it was trained on");
            } else if (read != null && !listed && head.dIn() != read.width()) {
                refuse(
                        "encoders." + name + ".features",
                        probe.features(),
                        encoder.location() + " reads " + head.dIn() + " values and says not which, but "
                                + Words.quoted(probe.features()) + " has " + read.width() + " features",
                        "the SAE it was trained on, or list its features in the file");
            }
        });
    }

    /** Whether what is to be reconstructed can be: a transcoder's output is not its input. */
    private void checkDecoders(EncoderCatalog catalog) {
        spec.detectors().forEach((name, detector) -> {
            if (detector instanceof DetectorSpec.Ceiling ceiling && facts.containsKey(ceiling.encoder())) {
                String location = require(spec.encoders(), ceiling.encoder()).location();
                if (!catalog.decodes(location)) {
                    refuse(
                            "detectors." + name + ".encoder",
                            ceiling.encoder(),
                            location
                                    + " has no decoder back to its input: it is a transcoder, or was written without one",
                            "an SAE with its decoder, or source: l0, which needs none");
                }
            }
        });
    }

    private void checkModel(EncoderSpec encoder, EncoderFacts found) {
        MonitorSpec.ModelSpec model = spec.model();
        boolean foreign = !found.model().isEmpty() && !found.model().equals(model.name());
        if (foreign || (!found.revision().isEmpty() && !found.revision().equals(model.revision()))) {
            refuse(
                    "model",
                    model.name() + " " + model.revision(),
                    encoder.location() + " was trained on " + Words.shortened(found.model()) + " revision "
                            + Words.shortened(found.revision()),
                    "weights of this model and revision");
        }
    }

    private List<Column> columns() {
        TreeSet<Column> columns = new TreeSet<>(COLUMN_ORDER);
        spec.watch().forEach((name, entry) -> {
            for (ReadExpression.Term term : entry.read().terms()) {
                EncoderFacts known = facts.get(term.encoder());
                if (known != null && known.probe() && term.indexed() == (known.width() == 1)) {
                    boolean several = known.width() > 1;
                    refuse(
                            "watch." + name + ".read",
                            term.toString(),
                            Words.quoted(term.encoder())
                                    + (several
                                            ? " is a probe of " + known.width() + " outputs; say which"
                                            : " is a probe and has no features"),
                            several ? "such as " + term.encoder() + "/0" : "read: " + term.encoder());
                } else if (known != null && term.feature() >= known.width()) {
                    refuse(
                            "watch." + name + ".read",
                            term.toString(),
                            Words.quoted(term.encoder()) + " has " + known.width() + " features, no number "
                                    + term.feature(),
                            "0 to " + (known.width() - 1));
                }
                columns.add(column(term));
            }
        });
        return List.copyOf(columns);
    }

    private Column column(ReadExpression.Term term) {
        EncoderSpec encoder = require(spec.encoders(), term.encoder());
        return new Column(encoder.tap(), term.encoder(), Math.max(0, term.feature()));
    }

    private List<TapPlan> taps(List<Column> columns) {
        List<TapPlan> plans = new ArrayList<>();
        spec.taps().forEach((name, tap) -> {
            List<TapPlan.EncoderPlan> encoders = new ArrayList<>();
            spec.encoders().forEach((id, encoder) -> {
                EncoderFacts known = facts.get(id);
                if (encoder.tap().equals(name) && known != null) {
                    encoders.add(new TapPlan.EncoderPlan(
                            id,
                            encoder.location(),
                            known.probe(),
                            known.width(),
                            watched(id, columns),
                            encoder.fullFraction(),
                            known.weights(),
                            reads(encoder, known),
                            encoder.arithmetic()));
                }
            });
            plans.add(new TapPlan(
                    name,
                    tap.hook(),
                    tap.dIn(),
                    tap.dtype(),
                    tap.skip().contains(TapSpec.Skip.FIRST),
                    tap.skip().contains(TapSpec.Skip.SPECIAL),
                    sinkNorm(name, tap),
                    encoders));
        });
        return plans;
    }

    private static ProbePlan reads(EncoderSpec encoder, EncoderFacts known) {
        return encoder instanceof EncoderSpec.Probe probe
                ? new ProbePlan(
                        probe.taps(),
                        probe.features(),
                        probe.score(),
                        known.form().name(),
                        probe.features().isEmpty() ? known.form().columns() : known.dIn())
                : ProbePlan.NONE;
    }

    /** The spec's figure, else the smallest of the tap's encoders'; 0 switches it off. */
    private float sinkNorm(String name, TapSpec tap) {
        if (!tap.skip().contains(TapSpec.Skip.SINKS)) {
            return 0;
        }
        if (tap.sinkNorm() != null) {
            return tap.sinkNorm();
        }
        double least = Double.POSITIVE_INFINITY;
        boolean complete = true;
        for (Map.Entry<String, EncoderSpec> entry : spec.encoders().entrySet()) {
            if (entry.getValue().tap().equals(name)) {
                EncoderFacts known = facts.get(entry.getKey());
                complete &= known != null;
                least = known != null && known.sinkNorm() > 0 ? Math.min(least, known.sinkNorm()) : least;
            }
        }
        if (least < Double.POSITIVE_INFINITY) {
            return (float) least;
        }
        if (complete) {
            refuse(
                    "taps." + name + ".skip",
                    "sinks",
                    "attention sinks are to be skipped, but no encoder of tap " + Words.quoted(name)
                            + " says above which norm",
                    "give sink_norm, or name skip without sinks");
        }
        return 0;
    }

    private static List<Integer> watched(String encoder, List<Column> columns) {
        List<Integer> features = new ArrayList<>();
        for (Column column : columns) {
            if (column.encoder().equals(encoder)) {
                features.add(column.feature());
            }
        }
        return features;
    }

    private MonitorPlan assemble(long epoch, List<TapPlan> taps, List<Column> columns, List<CanaryPlan> canaries) {
        return new MonitorPlan(
                epoch,
                document.hash(),
                spec.deployment(),
                spec.model().name(),
                spec.model().revision(),
                spec.timing(),
                spec.partitions(),
                spec.requests(),
                spec.baseline(),
                taps,
                columns,
                watches(columns),
                DetectorPlans.of(spec),
                alerts(),
                canaries);
    }

    private List<WatchPlan> watches(List<Column> columns) {
        List<WatchPlan> plans = new ArrayList<>();
        spec.watch().forEach((id, entry) -> {
            TreeSet<Integer> indexes = new TreeSet<>();
            for (ReadExpression.Term term : entry.read().terms()) {
                indexes.add(columns.indexOf(column(term)));
            }
            plans.add(new WatchPlan(
                    id,
                    List.copyOf(indexes),
                    entry.aggregate(),
                    entry.firesAbove(),
                    entry.severity(),
                    entry.team(),
                    entry.label(),
                    entry.labelFrom(),
                    entry.priorRate()));
        });
        return plans;
    }

    private List<AlertPlan> alerts() {
        List<AlertPlan> plans = new ArrayList<>();
        spec.alerts()
                .forEach((name, alert) -> plans.add(new AlertPlan(
                        name,
                        List.copyOf(new TreeSet<>(alert.from())),
                        alert.forMs(),
                        alert.keepFiringForMs(),
                        alert.severity(),
                        alert.team(),
                        alert.groupBy(),
                        alert.runbook())));
        return plans;
    }

    private TapSpec tap(EncoderSpec encoder) {
        return require(spec.taps(), encoder.tap());
    }

    private static <T> T require(SortedMap<String, T> map, String name) {
        T value = map.get(name);
        if (value == null) {
            throw new IllegalStateException("the parser lets no undefined name through: " + name);
        }
        return value;
    }

    private void refuse(String path, String found, String message, String remedy) {
        reading.refuse(document.locations().value(path), path, found, message, remedy);
    }
}
