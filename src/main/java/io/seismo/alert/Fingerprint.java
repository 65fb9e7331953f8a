package io.seismo.alert;

import io.seismo.wire.Label;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** Identity of an alert: a hash of its label set. */
public final class Fingerprint {

    /** Never part of UTF-8, so no label can imitate a boundary. */
    private static final byte SEPARATOR = (byte) 0xFF;

    private Fingerprint() {}

    /**
     * First 16 hex digits of SHA-256 over {@code name 0xFF value 0xFF …}.
     *
     * @param labels sorted by name, no name twice
     * @throws IllegalArgumentException when they are not
     */
    public static String of(List<Label> labels) {
        MessageDigest sha = sha256();
        String previous = "";
        for (Label label : labels) {
            if (label.getName().compareTo(previous) <= 0) {
                throw new IllegalArgumentException(
                        "labels must be sorted and distinct, " + label.getName() + " follows " + previous);
            }
            previous = label.getName();
            sha.update(label.getName().getBytes(StandardCharsets.UTF_8));
            sha.update(SEPARATOR);
            sha.update(label.getValue().getBytes(StandardCharsets.UTF_8));
            sha.update(SEPARATOR);
        }
        return HexFormat.of().formatHex(sha.digest(), 0, 8);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
