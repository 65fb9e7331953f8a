package io.seismo.spec;

import io.seismo.spec.EncoderCatalog.UnknownEncoderException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Resolves the canaries of a spec against the recordings they name.
 *
 * <p>A canary that could not fail proves nothing: a recording that lacks a hook point of the spec, or a tolerance within
 * which a neighbouring layer, another revision or the next row would pass, is refused.
 */
final class CanaryPlanner {

    private final MonitorSpec spec;
    private final SpecDocument document;
    private final Reading reading;

    CanaryPlanner(SpecDocument document, Reading reading) {
        this.document = document;
        this.spec = document.spec();
        this.reading = reading;
    }

    /** Canaries by name; those with problems, which are booked, are left out. */
    List<CanaryPlan> plan(EncoderCatalog catalog) {
        List<CanaryPlan> plans = new ArrayList<>();
        spec.canaries().forEach((name, canary) -> {
            try {
                CanaryFacts facts = catalog.canary(canary.recorded());
                check(name, canary, facts);
                plans.add(new CanaryPlan(name, canary.recorded(), canary.tolerance(), facts.digest()));
            } catch (UnknownEncoderException e) {
                refuse(name, ".recorded", canary.recorded(), String.valueOf(e.getMessage()), e.remedy());
            }
        });
        return plans;
    }

    private void check(String name, CanarySpec canary, CanaryFacts facts) {
        MonitorSpec.ModelSpec model = spec.model();
        if (!facts.model().equals(model.name()) || !facts.revision().equals(model.revision())) {
            refuse(
                    name,
                    ".recorded",
                    canary.recorded(),
                    "recorded of " + Words.shortened(facts.model()) + " revision " + Words.shortened(facts.revision())
                            + ", not of the spec's model",
                    "record it of " + model.name() + " revision " + model.revision());
        }
        spec.taps().forEach((tap, wanted) -> hook(name, canary, facts, wanted));
        if (canary.tolerance() >= facts.nearest()) {
            refuse(
                    name,
                    ".tolerance",
                    percent(canary.tolerance()),
                    "within " + percent(canary.tolerance())
                            + " another layer, revision or position would pass: the most" + " alike of the recorded is "
                            + percent(facts.nearest()) + " away",
                    facts.nearest() == 0
                            ? "leave out what was recorded twice, or record a prompt whose rows differ"
                            : "a tolerance well below that, or exact");
        }
    }

    private void hook(String name, CanarySpec canary, CanaryFacts facts, TapSpec wanted) {
        CanaryFacts.Hook found = facts.hooks().get(wanted.hook());
        if (found == null) {
            refuse(
                    name,
                    ".recorded",
                    canary.recorded(),
                    "holds no rows of hook " + wanted.hook(),
                    "record every hook point of the spec; it holds "
                            + Words.list(facts.hooks().keySet()));
        } else if (found.dtype() != wanted.dtype() || found.width() != wanted.dIn()) {
            refuse(
                    name,
                    ".recorded",
                    canary.recorded(),
                    "rows of " + wanted.hook() + " are " + found.width() + " wide in " + found.dtype()
                            + ", the tap's are " + wanted.dIn() + " in " + wanted.dtype(),
                    "record it through the same capture as the traffic");
        }
    }

    private static String percent(double share) {
        return share == 0 ? "exact" : String.format(Locale.ROOT, "%.3g%%", 100 * share);
    }

    private void refuse(String name, String field, String found, String message, String remedy) {
        String path = "canaries." + name + field;
        reading.refuse(document.locations().value(path), path, found, message, remedy);
    }
}
