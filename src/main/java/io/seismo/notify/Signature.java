package io.seismo.notify;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.StringJoiner;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signatures of Standard Webhooks: {@code v1,base64(HMAC-SHA256(secret, id.timestamp.body))}, one a secret, separated by
 * spaces, so that secrets can be rotated.
 */
final class Signature {

    private static final String PREFIX = "whsec_";
    private static final int MIN_BYTES = 24;
    private static final int MAX_BYTES = 64;

    private Signature() {}

    /**
     * Reads secrets from a file: one a line, {@code whsec_} and base64 of 24 to 64 bytes.
     *
     * @throws IllegalArgumentException when it holds none or one is malformed; never says what it read
     */
    static List<byte[]> secrets(Path file) throws IOException {
        List<byte[]> secrets = new ArrayList<>();
        for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
            if (!line.isBlank()) {
                secrets.add(secret(line.strip(), file));
            }
        }
        if (secrets.isEmpty()) {
            throw new IllegalArgumentException("no secret in " + file);
        }
        return secrets;
    }

    private static byte[] secret(String line, Path file) {
        try {
            byte[] secret =
                    Base64.getDecoder().decode(line.startsWith(PREFIX) ? line.substring(PREFIX.length()) : line);
            if (secret.length >= MIN_BYTES && secret.length <= MAX_BYTES) {
                return secret;
            }
        } catch (IllegalArgumentException notBase64) {
            // Told below without the content.
        }
        throw new IllegalArgumentException("a secret in " + file + " is not whsec_ and base64 of 24 to 64 bytes");
    }

    static String of(List<byte[]> secrets, String id, long timestamp, byte[] body) {
        StringJoiner signatures = new StringJoiner(" ");
        byte[] head = (id + "." + timestamp + ".").getBytes(StandardCharsets.UTF_8);
        for (byte[] secret : secrets) {
            try {
                Mac mac = Mac.getInstance("HmacSHA256");
                mac.init(new SecretKeySpec(secret, "HmacSHA256"));
                mac.update(head);
                signatures.add("v1," + Base64.getEncoder().encodeToString(mac.doFinal(body)));
            } catch (GeneralSecurityException impossible) {
                throw new IllegalStateException("every Java platform has HmacSHA256", impossible);
            }
        }
        return signatures.toString();
    }
}
