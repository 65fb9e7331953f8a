package io.seismo.spec;

import io.seismo.wire.Severity;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What each part allows and only the whole forbids. */
final class SpecChecks {

    private static final int FEWEST_PANES = 5;

    private final MonitorSpec spec;
    private final Locations locations;
    private final Reading reading;

    SpecChecks(MonitorSpec spec, Locations locations, Reading reading) {
        this.spec = spec;
        this.locations = locations;
        this.reading = reading;
    }

    void run() {
        hooks();
        if (reading.clean()) {
            heads();
            integers();
            reads();
            windows();
            fidelity();
            coverage();
            subjects();
            canaries();
            severities();
            retention();
        }
    }

    /** Two taps on one hook point would encode every row twice. */
    private void hooks() {
        Map<String, String> first = new TreeMap<>();
        spec.taps().forEach((name, tap) -> {
            String other = first.putIfAbsent(tap.hook(), name);
            if (other != null) {
                refuse(
                        "taps." + name + ".hook",
                        tap.hook(),
                        "tap " + Words.quoted(other) + " has the same hook",
                        "let the encoders of both read one tap");
            }
        });
    }

    /** A head reads features of an SAE that reads the head's own tap. */
    private void heads() {
        spec.encoders().forEach((name, encoder) -> {
            if (encoder instanceof EncoderSpec.Probe probe && !probe.features().isEmpty()) {
                String path = "encoders." + name + ".features";
                EncoderSpec read = spec.encoders().get(probe.features());
                if (!(read instanceof EncoderSpec.Sae)) {
                    refuse(
                            path,
                            probe.features(),
                            Words.quoted(probe.features()) + " is a probe and has no features",
                            "name an SAE");
                } else if (!probe.taps().equals(List.of(read.tap()))) {
                    refuse(
                            path,
                            probe.features(),
                            Words.quoted(probe.features()) + " reads tap " + Words.quoted(read.tap()),
                            "tap: " + read.tap());
                } else if (probe.score() != ProbeScore.LOGIT) {
                    refuse("encoders." + name + ".score", "", "a head on features gives what it gives", "score: logit");
                }
            }
        });
    }

    /** The runtime multiplies rows in unsigned bytes, for which its CUDA provider has no kernel. */
    private void integers() {
        spec.encoders().forEach((name, encoder) -> {
            Arithmetic arithmetic = encoder.arithmetic();
            if (arithmetic.precision() == Precision.INT8 && arithmetic.device().gpu()) {
                refuse(
                        "encoders." + name + ".precision",
                        arithmetic.precision().word(),
                        "int8 runs on the processor, not on "
                                + arithmetic.device().place(),
                        "device: cpu, or precision: bf16");
            }
        });
    }

    private void reads() {
        spec.watch().forEach((name, entry) -> {
            String path = "watch." + name + ".read";
            boolean feature = false;
            for (ReadExpression.Term term : entry.read().terms()) {
                boolean probe = spec.encoders().get(term.encoder()) instanceof EncoderSpec.Probe;
                feature |= !probe;
                if (!probe && !term.indexed()) {
                    refuse(
                            path,
                            term.toString(),
                            Words.quoted(term.encoder()) + " is an SAE; say which feature",
                            "such as " + term.encoder() + "/1207");
                }
            }
            if (feature && entry.firesAbove() < 0) {
                refuse(
                        "watch." + name + ".fires_above",
                        String.valueOf(entry.firesAbove()),
                        "features are never negative: every request would fire",
                        "0 or more");
            }
        });
    }

    private void windows() {
        long pane = spec.timing().paneMs();
        spec.detectors().forEach((name, detector) -> {
            if (detector instanceof DetectorSpec.Windowed windowed && windowed.windowMs() % pane != 0) {
                refuse(
                        "detectors." + name + ".window",
                        windowed.windowMs() + " ms",
                        "a window is whole panes of " + pane + " ms",
                        "a multiple of the pane, such as 1m");
            }
        });
    }

    /** How an SAE describes its rows is only known of rows that are encoded in full, and only over several panes. */
    private void fidelity() {
        spec.detectors().forEach((name, detector) -> {
            if (detector instanceof DetectorSpec.OfEncoder of) {
                EncoderSpec encoder = spec.encoders().get(of.encoder());
                String path = "detectors." + name;
                if (!(encoder instanceof EncoderSpec.Sae)) {
                    refuse(
                            path + ".encoder",
                            of.encoder(),
                            Words.quoted(of.encoder()) + " is a probe, which describes no rows",
                            "name an SAE");
                } else if (encoder.fullFraction() == 0) {
                    refuse(
                            path + ".encoder",
                            of.encoder(),
                            Words.quoted(of.encoder()) + " encodes no request in full, so " + of.source()
                                    + " cannot be known",
                            "add full: 10% of requests to the encoder");
                }
                if (of.windowMs() < FEWEST_PANES * spec.timing().paneMs()) {
                    refuse(
                            path + ".window",
                            of.windowMs() + " ms",
                            "chance is judged from differences between panes: a window is at least " + FEWEST_PANES
                                    + " of " + spec.timing().paneMs() + " ms",
                            "such as 10m");
                }
            }
        });
    }

    /** An entry that no detector looks at would look watched and never be. */
    private void coverage() {
        Set<String> covered = new TreeSet<>();
        for (DetectorSpec detector : spec.detectors().values()) {
            if (detector instanceof DetectorSpec.OfWatch ofWatch) {
                covered.addAll(ofWatch.watch().of(spec.watch().keySet()));
            }
        }
        spec.watch().keySet().forEach(name -> {
            if (!covered.contains(name)) {
                reading.refuse(
                        locations.key("watch." + name),
                        "watch." + name,
                        name,
                        "no detector covers watch entry " + Words.quoted(name),
                        "add it to a detector's watch, or let one watch \"*\"");
            }
        });
    }

    /** An alert keeps its state by alert and subject: a watch entry, or the detector where it looks at the monitor itself. */
    private void subjects() {
        spec.detectors().forEach((name, detector) -> {
            if (detector instanceof DetectorSpec.OfMonitor && spec.watch().containsKey(name)) {
                reading.refuse(
                        locations.key("detectors." + name),
                        "detectors." + name,
                        name,
                        "watch entry " + Words.quoted(name) + " has the same name; an alert could not tell them apart",
                        "rename the detector or the watch entry");
            }
        });
    }

    /** A canary that nobody looks at proves nothing; nor does a detector that has none to look at. */
    private void canaries() {
        boolean looked = spec.detectors().values().stream().anyMatch(DetectorSpec.CanaryMatch.class::isInstance);
        if (!looked && !spec.canaries().isEmpty()) {
            reading.refuse(
                    locations.key("canaries"),
                    "canaries",
                    "",
                    "no detector looks at canaries",
                    "add integrity: { source: canary, method: match, false_pages_per_week: 0.1 } to detectors");
        }
        spec.detectors().forEach((name, detector) -> {
            if (detector instanceof DetectorSpec.CanaryMatch && spec.canaries().isEmpty()) {
                reading.refuse(
                        locations.key("detectors." + name),
                        "detectors." + name,
                        name,
                        "the spec has no canaries for it to look at",
                        "add canaries, or delete the detector");
            }
        });
    }

    private void severities() {
        Set<Severity> told = new TreeSet<>();
        for (ReceiverSpec receiver : spec.receivers().values()) {
            told.addAll(receiver.severities());
        }
        spec.watch().forEach((name, entry) -> heard("watch." + name + ".severity", entry.severity(), told));
        spec.alerts().forEach((name, alert) -> {
            Severity severity = alert.severity();
            if (severity != null) {
                heard("alerts." + name + ".severity", severity, told);
                return;
            }
            String source = source(alert);
            if (!source.isEmpty()) {
                reading.refuse(
                        locations.key("alerts." + name),
                        "alerts." + name,
                        "",
                        "an alert from " + source + " has no watch entry to take its severity from",
                        "add severity: page");
            }
        });
    }

    /** What of the monitor itself raises an alert; empty when nothing does. */
    private String source(AlertSpec alert) {
        for (String detector : alert.from()) {
            if (spec.detectors().get(detector) instanceof DetectorSpec.OfMonitor ofMonitor) {
                return ofMonitor.source();
            }
        }
        return "";
    }

    /** Info may stay on the console; a page that nobody gets is worse than none. */
    private void heard(String path, Severity severity, Set<Severity> told) {
        boolean mustBeHeard = severity == Severity.SEVERITY_PAGE || severity == Severity.SEVERITY_TICKET;
        if (mustBeHeard && !told.contains(severity)) {
            String word = severity == Severity.SEVERITY_PAGE ? "page" : "ticket";
            refuse(
                    path,
                    word,
                    "no receiver is told about severity " + word,
                    "add " + word + " to a receiver's severity");
        }
    }

    private void retention() {
        long needed = spec.requests().maxAgeMs() + spec.timing().graceMs();
        if (spec.keep().activationsMs() < needed || spec.keep().featuresMs() < needed) {
            refuse(
                    "keep",
                    "",
                    "replay reads back as far as a request may last: " + needed + " ms",
                    "keep activations and features at least as long");
        }
    }

    private void refuse(String path, String found, String message, String remedy) {
        reading.refuse(locations.value(path), path, found, message, remedy);
    }
}
