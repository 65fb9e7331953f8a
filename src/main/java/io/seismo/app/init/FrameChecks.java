package io.seismo.app.init;

import io.seismo.activation.RowKinds;
import io.seismo.app.doctor.Finding;
import io.seismo.contrast.RequestFile;
import io.seismo.spec.EncoderFacts;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Judges whether captured requests and an SAE belong together. */
final class FrameChecks {

    /** A decoder that does no better than the mean row does not know these rows. */
    private static final double USELESS = 1;

    private static final double POOR = 0.5;
    private static final double L0_FACTOR = 2;

    private final EncoderFacts facts;
    private final RequestFile.Facts file;
    private final FrameSurvey.Seen seen;
    private final float sinkNorm;
    private final List<Finding> findings = new ArrayList<>();

    /** @param sinkNorm that was used; 0 when none is known */
    FrameChecks(EncoderFacts facts, RequestFile.Facts file, FrameSurvey.Seen seen, float sinkNorm) {
        this.facts = facts;
        this.file = file;
        this.seen = seen;
        this.sinkNorm = sinkNorm;
    }

    List<Finding> all() {
        records();
        stated("hook", facts.hook(), file.hook());
        stated("model", facts.model(), file.model());
        shape();
        rows();
        sinks();
        l0();
        fvu();
        return List.copyOf(findings);
    }

    private void records() {
        long refused = seen.intake().refused().values().stream()
                .mapToLong(Long::longValue)
                .sum();
        String records = text("%,d records, %,d requests", seen.intake().records(), seen.requests());
        if (refused > 0) {
            warn(
                    "records",
                    records
                            + text(
                                    "; %,d would be refused: %s",
                                    refused, seen.intake().refused()),
                    "Each is lost coverage: mend the capture.");
        } else if (seen.intake().orphanRows() > 0 || seen.intake().repeated() > 0) {
            warn(
                    "records",
                    records
                            + text(
                                    "; %,d rows whose request has no beginning, %,d ids that came again",
                                    seen.intake().orphanRows(), seen.intake().repeated()),
                    "A request begins at position 0 or at its cached prefix, and its id is used once.");
        } else {
            ok("records", records + ", checksums right, all values finite");
        }
    }

    private void stated(String what, String trained, String captured) {
        if (trained.isEmpty() || captured.isEmpty()) {
            warn(
                    what,
                    trained.isEmpty()
                            ? "the SAE does not say which it was trained on"
                            : "the rows do not say which they are of",
                    "Make sure that they are the same.");
        } else if (trained.equals(captured)) {
            ok(what, captured);
        } else {
            findings.add(Finding.fail(
                    what,
                    "the SAE was trained on " + trained + ", the rows are of " + captured,
                    "Give an SAE of this model and hook point; 'seismo plan' refuses others."));
        }
    }

    private void shape() {
        ok(
                "shape",
                text(
                        "rows of %,d, %s",
                        file.dIn(),
                        file.dtype().name().substring("DTYPE_".length()).toLowerCase(Locale.ROOT)));
    }

    private void rows() {
        long[] kinds = seen.kinds();
        String rows = text(
                "%,d scored, %,d special, %,d padding, %,d at position 0, %,d sinks",
                seen.scored(),
                kinds[RowKinds.SPECIAL],
                kinds[RowKinds.PADDING],
                kinds[RowKinds.FIRST],
                kinds[RowKinds.SINK]);
        if (seen.scored() == 0) {
            findings.add(Finding.fail("rows", rows, "Capture some requests of several tokens."));
        } else {
            ok("rows", rows);
        }
    }

    private void sinks() {
        String norms = text("median norm %.2f, longest %.2f", seen.medianNorm(), seen.longest());
        if (sinkNorm == 0) {
            warn(
                    "norms",
                    norms + "; the SAE does not say what a sink is",
                    "The spec takes ten times the median; raise or lower it.");
        } else {
            ok("norms", norms + text(", sinks are above %.2f", sinkNorm));
        }
    }

    private void l0() {
        String here = text(
                "%.1f features fire on a row, %,d of %,d on none of these", seen.l0(), seen.dead(), seen.features());
        boolean far = facts.l0() > 0 && (seen.l0() > facts.l0() * L0_FACTOR || seen.l0() < facts.l0() / L0_FACTOR);
        if (far) {
            warn("L0", here + text("; published is %.1f", facts.l0()), "Another layer, scale or kind of text?");
        } else {
            ok("L0", here + (facts.l0() > 0 ? text("; published is %.1f", facts.l0()) : ""));
        }
    }

    private void fvu() {
        if (seen.fvu() == null) {
            warn("FVU", "not known: no decoder of the input, or no variance", "");
            return;
        }
        double fvu = seen.fvu();
        String words = text("%.4f (0 is perfect, 1 is the mean row)", fvu);
        if (fvu >= USELESS) {
            findings.add(Finding.fail(
                    "FVU",
                    words + ": the SAE does not know these rows",
                    "A wrong layer, model, scale or norm; see 'seismo sae check'."));
        } else if (fvu > POOR) {
            warn("FVU", words, "Half of the variance is not explained: another layer, scale or kind of text?");
        } else {
            ok("FVU", words);
        }
    }

    private void ok(String check, String detail) {
        findings.add(Finding.ok(check, detail));
    }

    private void warn(String check, String detail, String remedy) {
        findings.add(Finding.warn(check, detail, remedy));
    }

    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
