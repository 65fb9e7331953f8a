package io.seismo.app.doctor.capture;

import io.seismo.app.doctor.Finding;
import io.seismo.wire.CanaryFinding;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Layer, residual, scale and dtype: judged by canaries, and by the fit of an SAE where none came. Pure. */
final class Questions {

    private static final String CANARY = "Send a canary: it knows.";
    private static final double FAR_SHORTER = 4;

    private final CanaryAnswers canaries;
    private final @Nullable Fit fit;
    private final Spread spread;

    /**
     * @param fit of an SAE with a decoder; {@code null} when there is none, or no rows
     * @param spread of magnitudes
     */
    Questions(CanaryAnswers canaries, @Nullable Fit fit, Spread spread) {
        this.canaries = canaries;
        this.fit = fit;
        this.spread = spread;
    }

    List<Finding> findings() {
        return List.of(layer(), residual(), scale(), dtype());
    }

    private Finding layer() {
        String canary = canaries.of(CanaryFinding.CANARY_FINDING_LAYER);
        if (!canary.isEmpty()) {
            return Finding.fail(
                    "layer", canary, "Hook the block the spec names; capture.md has the offsets of each tool.");
        }
        if (canaries.sound() || fit == null) {
            return known("layer");
        }
        boolean elsewhere = fit.convincing(fit.bestFvu()) || fit.convincing(fit.otherDtypeFvu());
        if (!fit.poor() || elsewhere) {
            return elsewhere
                    ? new Finding("layer", Finding.Status.SKIPPED, "not before scale and dtype are right", "")
                    : sparsity(fit);
        }
        String words = explained(fit) + ": these are not the rows it was trained on";
        return fit.fvu() >= Fit.USELESS || Double.isNaN(fit.fvu())
                ? Finding.fail("layer", words, "Another layer, hook point or model? " + CANARY)
                : Finding.warn("layer", words, "Another layer, or another sort of text? " + CANARY);
    }

    private Finding sparsity(Fit measured) {
        double trained = measured.trainedL0();
        boolean odd = trained > 0 && (measured.l0() > 2 * trained || 2 * measured.l0() < trained);
        return odd
                ? Finding.warn(
                        "layer",
                        text(
                                "%s, but %.1f features fire on a row, and %.1f did in training",
                                explained(measured), measured.l0(), trained),
                        "Another layer, or another sort of text? " + CANARY)
                : Finding.ok("layer", explained(measured));
    }

    private Finding residual() {
        String canary = canaries.of(CanaryFinding.CANARY_FINDING_RESIDUAL);
        if (!canary.isEmpty()) {
            return Finding.fail(
                    "residual",
                    canary,
                    "Fused kernels give a block's output and the residual apart: add them before capturing.");
        }
        if (canaries.sound() || fit == null) {
            return known("residual");
        }
        String words = text("rows are %.2f times as long as what SAE %s gives back", 1 / fit.length(), fit.encoder());
        return fit.poor() && fit.length() > FAR_SHORTER && !fit.convincing(fit.bestFvu())
                ? Finding.warn("residual", words + "; a block's output without its residual is short", CANARY)
                : Finding.ok("residual", words);
    }

    private Finding scale() {
        String canary = canaries.of(CanaryFinding.CANARY_FINDING_SCALE);
        if (!canary.isEmpty()) {
            return Finding.fail("scale", canary, "Capture before the norm, and undo any scaling of activations.");
        }
        if (canaries.sound() || fit == null) {
            return known("scale");
        }
        if (fit.tooLong()) {
            return Finding.warn(
                    "scale",
                    text(
                            "%.1f features of SAE %s fire on a row, %.1f did in training, and would if rows were times %s",
                            fit.l0(), fit.encoder(), fit.trainedL0(), factor(fit.sparseScale())),
                    "Undo any scaling of activations. " + CANARY);
        }
        return fit.bestScale() != 1 && fit.convincing(fit.bestFvu())
                ? Finding.fail(
                        "scale",
                        text(
                                "SAE %s leaves %.2f of the variance as rows are, %.2f when they are times %s",
                                fit.encoder(), fit.fvu(), fit.bestFvu(), factor(fit.bestScale())),
                        "Capture before the norm, and undo any scaling of activations.")
                : Finding.ok("scale", "no factor makes SAE " + fit.encoder() + " explain the rows much better");
    }

    private Finding dtype() {
        String canary = canaries.of(CanaryFinding.CANARY_FINDING_DTYPE);
        if (!canary.isEmpty()) {
            return Finding.fail("dtype", canary, "Say the dtype the bits are in; convert nothing.");
        }
        if (!canaries.sound() && spread.wrong()) {
            return Finding.fail(
                    "dtype",
                    text(
                            "magnitudes spread over 2^%.1f as the bits are said to be, 2^%.1f as the other two-byte type",
                            spread.said(), spread.other()),
                    "Say the dtype the bits are in; convert nothing.");
        }
        if (canaries.sound() || fit == null) {
            return known("dtype");
        }
        return fit.convincing(fit.otherDtypeFvu())
                ? Finding.fail(
                        "dtype",
                        text(
                                "SAE %s leaves %.2f of the variance as the bits are said to be, %.2f as the other two-byte type",
                                fit.encoder(), fit.fvu(), fit.otherDtypeFvu()),
                        "Say the dtype the bits are in; convert nothing.")
                : Finding.ok("dtype", "as the spec says; no other reading explains the rows better");
    }

    private Finding known(String question) {
        return canaries.sound()
                ? Finding.ok(question, canaries.evidence())
                : new Finding(
                        question,
                        Finding.Status.SKIPPED,
                        canaries.matched() > 0
                                ? "canaries say something else is wrong"
                                : "no canary came, and no SAE with a decoder saw rows",
                        CANARY);
    }

    private static String explained(Fit fit) {
        return text("SAE %s explains %.0f %% of %,d rows", fit.encoder(), 100 * (1 - fit.fvu()), fit.rows());
    }

    private static String factor(double scale) {
        return scale < 1 ? "1/" + Math.round(1 / scale) : String.valueOf(Math.round(scale));
    }

    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
