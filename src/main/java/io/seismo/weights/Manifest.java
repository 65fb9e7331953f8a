package io.seismo.weights;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;

/**
 * Where weights come from and what was done to them.
 *
 * @param family {@code saelens/jumprelu}, {@code probe/linear} …
 * @param source file the weights came from
 * @param sourceSha256 of that file, hex
 * @param configSha256 of its configuration, hex; empty when there is none
 * @param hook hook name it was trained on; empty when not stated
 * @param model model it was trained on; empty when not stated
 * @param dIn width of a row of activations
 * @param width d_sae; outputs of a probe, mostly 1
 * @param dtype element type of the encoder matrix in the file
 * @param folded what was folded into W and c, in order, in words
 */
public record Manifest(
        String family,
        String source,
        String sourceSha256,
        String configSha256,
        String hook,
        String model,
        int dIn,
        int width,
        String dtype,
        List<String> folded) {

    public Manifest {
        folded = List.copyOf(folded);
        if (dIn < 1 || width < 1) {
            throw new IllegalArgumentException("d_in and width must be at least 1");
        }
    }

    /** SHA-256 over the digests of file and configuration, hex: the same weights, read the same way. */
    public String digest() {
        return sha256(sourceSha256 + ' ' + configSha256);
    }

    public static String sha256(String text) {
        MessageDigest digest = ByteSource.newSha256();
        digest.update(text.getBytes(StandardCharsets.US_ASCII));
        return HexFormat.of().formatHex(digest.digest());
    }
}
