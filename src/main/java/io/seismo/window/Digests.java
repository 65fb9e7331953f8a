package io.seismo.window;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 over unambiguous input: every variable-length part is preceded by its length. */
public final class Digests {

    private Digests() {}

    /** A fresh SHA-256. */
    public static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** SHA-256 of bytes. */
    public static byte[] sha256(byte[] bytes) {
        return sha256().digest(bytes);
    }

    /** Adds 8 bytes, big-endian. */
    public static void addLong(MessageDigest digest, long value) {
        digest.update(ByteBuffer.allocate(Long.BYTES).putLong(0, value));
    }

    /** Adds the length (4 bytes, big-endian), then the bytes. */
    public static void addBytes(MessageDigest digest, byte[] bytes) {
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, bytes.length));
        digest.update(bytes);
    }

    /** Adds a text as length-preceded UTF-8. */
    public static void addText(MessageDigest digest, String text) {
        addBytes(digest, text.getBytes(StandardCharsets.UTF_8));
    }

    /** First 8 bytes of SHA-256 as a big-endian number; enough to name a difference, not to prove equality. */
    public static long prefix64(byte[] bytes) {
        return ByteBuffer.wrap(sha256(bytes)).getLong();
    }

    /** Lower-case hex. */
    public static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    /** SHA-256 of a text, lower-case hex. */
    public static String hexOf(String text) {
        return hex(sha256(text.getBytes(StandardCharsets.UTF_8)));
    }
}
