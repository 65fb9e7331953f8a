package io.seismo.app.demo;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

/**
 * The texts of the demo's users, one a line, from {@code demo/texts} in the jar.
 *
 * @param ordinary everyday requests
 * @param phishing requests about messages that ask for credentials, in the register of a safety notice
 * @param bridge requests about the bridge
 * @param burst texts whose score passes the cap
 * @param spike texts in which one token alone is strong
 */
record DemoTexts(
        List<String> ordinary, List<String> phishing, List<String> bridge, List<String> burst, List<String> spike) {

    static DemoTexts load() {
        return new DemoTexts(lines("ordinary"), lines("phishing"), lines("bridge"), lines("burst"), lines("spike"));
    }

    /** Every text once. */
    Stream<String> all() {
        return Stream.of(ordinary, phishing, bridge, burst, spike)
                .flatMap(List::stream)
                .distinct();
    }

    private static List<String> lines(String name) {
        String path = "/demo/texts/" + name + ".txt";
        try (InputStream in = DemoTexts.class.getResourceAsStream(path)) {
            if (in == null) {
                throw new IllegalStateException(path + " is not in the jar");
            }
            List<String> lines = new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                    .toList();
            if (lines.isEmpty()) {
                throw new IllegalStateException(path + " has no text");
            }
            return lines;
        } catch (IOException e) {
            throw new UncheckedIOException(path, e);
        }
    }
}
