package io.seismo.spec;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Reads a spec strictly: what it does not understand it refuses, and it says everything it refuses at once.
 *
 * <p>Three passes: the text's form, names that refer to each other, then what only makes sense together. A later pass
 * runs only on what the earlier ones understood, so one slip is not reported twice.
 */
public final class SpecParser {

    private SpecParser() {}

    /**
     * Reads a spec.
     *
     * @param file name for messages
     * @param yaml UTF-8 text of at most 1 MiB
     * @throws SpecException with every problem found
     */
    public static SpecDocument parse(String file, byte[] yaml) {
        YamlNode root = YamlTree.read(file, yaml);
        Reading reading = new Reading(file);
        MonitorSpec spec = Grammar.ROOT.read(root, reading);
        References.check(reading);
        if (spec == null) {
            reading.finish();
            throw new IllegalStateException("a spec was refused without a reason: " + file);
        }
        Locations locations = Locations.of(root);
        new SpecChecks(spec, locations, reading).run();
        reading.finish();
        return new SpecDocument(file, hash(yaml), spec, locations);
    }

    /** Reads a spec from text. */
    public static SpecDocument parse(String file, String yaml) {
        return parse(file, yaml.getBytes(StandardCharsets.UTF_8));
    }

    private static String hash(byte[] yaml) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(yaml));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
