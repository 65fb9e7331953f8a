package io.seismo.encoder.onnx;

import io.seismo.weights.ByteSource;
import io.seismo.weights.Manifest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;

/** SHA-256 over everything that makes the numbers of an encoder or of a joint watch. */
final class OnnxDigest {

    private final MessageDigest digest = ByteSource.newSha256();

    void text(String part) {
        digest.update(part.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
    }

    void bytes(byte[] part) {
        digest.update(part);
    }

    void bytes(ByteBuffer part) {
        digest.update(part.duplicate());
    }

    /** Files, what was folded, and how they are read. */
    void weights(Manifest manifest, String how) {
        text(manifest.sourceSha256());
        text(manifest.configSha256());
        text(String.join("\n", manifest.folded()));
        text(how);
    }

    String hex() {
        return HexFormat.of().formatHex(digest.digest());
    }
}
