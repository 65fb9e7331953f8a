package io.seismo.app.sae;

import io.seismo.app.cli.NamedLines;
import io.seismo.encoder.check.Disagreement;
import java.util.List;
import java.util.Locale;

/**
 * A threshold in place of top-k, with where it comes from and what it changes; field names are its JSON, which is also what
 * is kept in a file.
 *
 * @param format version of the file
 * @param sae location it was found for
 * @param weights digest of these weights
 * @param k of the exact rule
 * @param threshold a feature fires above it
 * @param activations file of the rows
 * @param activationsSha256 of that file, hex
 * @param calibrated rows it was found on: the first half of the file
 * @param l0 mean features a row that the exact rule has on those, and so the threshold
 * @param heldOut what it changes on the other rows
 * @param disagreement firings by one rule only, over those by the exact rule, on the other rows
 * @param features the same of single features, as far as asked for
 * @param fingerprint of the encoder with the threshold
 */
record Calibration(
        int format,
        String sae,
        String weights,
        int k,
        float threshold,
        String activations,
        String activationsSha256,
        long calibrated,
        double l0,
        Disagreement.Result heldOut,
        double disagreement,
        List<Disagreement.Feature> features,
        String fingerprint) {

    Calibration {
        features = List.copyOf(features);
    }

    /** As an encoder of a spec takes it. */
    String spec() {
        return String.format(
                Locale.ROOT,
                "topk: { threshold: %s, from: \"%s sha256 %s, %d rows, L0 %.2f, disagrees on %.2f %%\" }",
                Float.toString(threshold),
                name(activations),
                activationsSha256.substring(0, 12),
                calibrated,
                l0,
                100 * disagreement);
    }

    /** The last part of a path, without what would end a text in YAML. */
    private static String name(String path) {
        String last = path.substring(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
        String plain = last.replaceAll("[^A-Za-z0-9._ -]", "_");
        return plain.length() > 80 ? plain.substring(0, 80) : plain;
    }

    void print(NamedLines out) {
        out.line("threshold", "%s in place of the k = %d largest: L0 %.2f on %,d rows", threshold, k, l0, calibrated);
        out.line(
                "",
                "on %,d others L0 %.2f (5 %% %d, 95 %% %d); of %,d firings %,d lost, %,d gained: disagrees on %.2f %%",
                heldOut.rows(),
                heldOut.l0(),
                heldOut.p5(),
                heldOut.p95(),
                heldOut.fired(),
                heldOut.lost(),
                heldOut.gained(),
                100 * disagreement);
        for (Disagreement.Feature each : features) {
            out.line(
                    "",
                    "feature %d fires on %,d: %,d lost, %,d gained",
                    each.feature(),
                    each.fired(),
                    each.lost(),
                    each.gained());
        }
        out.line("", "%s", spec());
    }
}
