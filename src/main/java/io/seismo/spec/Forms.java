package io.seismo.spec;

import io.seismo.wire.Severity;
import java.math.BigDecimal;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Forms of single values: names, durations, shares, addresses. */
final class Forms {

    /** What a name looks like; it becomes part of store keys, so it has no slash. */
    static final String NAME = "[a-z0-9](?:[a-z0-9_-]{0,62}[a-z0-9])?";

    private static final String SHARE = "(?:100|[0-9]{1,2}(?:\\.[0-9]{1,6})?)%";

    private Forms() {}

    static TextKind<String> name(String noun) {
        String such = "1 to 64 of a-z, 0-9, - and _, with a letter or digit at both ends";
        return new TextKind<>("the name of " + noun, such, NAME, (text, reading) -> text.text());
    }

    static TextKind<String> alertName() {
        return new TextKind<>(
                "the name of an alert",
                "CamelCase, such as FeatureSpike",
                "[A-Z][A-Za-z0-9]{0,63}",
                (text, reading) -> text.text());
    }

    /** A name that must be defined elsewhere in the spec. */
    static TextKind<String> reference(Namespace namespace) {
        String noun = namespace == Namespace.ALERT || namespace == Namespace.ENCODER ? "an " : "a ";
        return new TextKind<>("the name of " + noun + namespace.word(), "", NAME, (text, reading) -> {
            reading.refer(namespace, text.text(), text, 0);
            return text.text();
        });
    }

    /** The same, as a list of one. */
    static TextKind<List<String>> referenceAlone(Namespace namespace) {
        TextKind<String> single = reference(namespace);
        return new TextKind<>("the name of a " + namespace.word(), "", NAME, (text, reading) -> {
            String name = single.read(text, reading);
            return name == null ? null : List.of(name);
        });
    }

    /** The processor, or a GPU that nothing stands in for. */
    static TextKind<Device> device() {
        String such = "cpu, cuda:0, or { cuda: 0, fallback: cpu }";
        return new TextKind<>(
                "a device",
                such,
                "cpu|cuda:(?:[0-9]|[1-5][0-9]|6[0-3])",
                (text, reading) -> text.text().equals("cpu")
                        ? Device.CPU
                        : new Device(Integer.parseInt(text.text().substring(5)), false));
    }

    /** A line of text. */
    static TextKind<String> line(int longest) {
        return new TextKind<>(
                "text",
                "one line of at most " + longest + " characters",
                "[^\\u0000-\\u001f\\u007f]{1," + longest + "}",
                (text, reading) -> text.text());
    }

    /** A line of text of a stricter form. */
    static TextKind<String> line(String expected, String such, String pattern) {
        return new TextKind<>(expected, such, pattern, (text, reading) -> text.text());
    }

    /** A duration in ms within bounds, both allowed. */
    static TextKind<Long> duration(String least, String most) {
        long min = millis(least);
        long max = millis(most);
        String such = "such as 30s, 1m, 6h or 30d, from " + least + " to " + most;
        return new TextKind<>("a duration", such, "(?:0|[1-9][0-9]{0,8})(?:ms|s|m|h|d)", (text, reading) -> {
            long ms = millis(text.text());
            if (ms < min || ms > max) {
                reading.refuse(text, Words.quoted(text.text()) + " is out of bounds", "from " + least + " to " + most);
                return null;
            }
            return ms;
        });
    }

    static long millis(String text) {
        int digits = 0;
        while (Character.isDigit(text.charAt(digits))) {
            digits++;
        }
        long unit = switch (text.substring(digits)) {
            case "ms" -> 1;
            case "s" -> 1_000;
            case "m" -> 60_000;
            case "h" -> 3_600_000;
            case "d" -> 86_400_000;
            default -> throw new IllegalArgumentException("not a duration: " + text);
        };
        return Math.multiplyExact(Long.parseLong(text.substring(0, digits)), unit);
    }

    /** A share above 0, as a fraction. */
    static TextKind<Double> share(String such) {
        return new TextKind<>("a percentage above 0%", such, SHARE, Forms::positive);
    }

    /** How far something may be off, as a fraction; 0 for not at all. */
    static TextKind<Double> tolerance() {
        String such = "exact, or a percentage such as 1%";
        return new TextKind<>(
                "a tolerance",
                such,
                "exact|[0-9]{1,2}(?:\\.[0-9]{1,6})?%",
                (text, reading) -> text.text().equals("exact") ? (Double) 0.0 : (Double) fraction(text.text()));
    }

    /** Which requests the full graph encodes, as a fraction. */
    static TextKind<Double> requests() {
        String allowed = "allowed: none, every request, 10% of requests";
        String pattern = "none|every request|" + SHARE + " of requests";
        return new TextKind<>("which requests to encode in full", allowed, pattern, (text, reading) -> {
            if (text.text().equals("none")) {
                return 0.0;
            }
            return text.text().equals("every request") ? (Double) 1.0 : positive(text, reading);
        });
    }

    private static double fraction(String percentage) {
        String digits = percentage.substring(0, percentage.indexOf('%'));
        return new BigDecimal(digits).movePointLeft(2).doubleValue();
    }

    private static @Nullable Double positive(YamlNode.Scalar text, Reading reading) {
        double fraction = fraction(text.text());
        if (fraction <= 0) {
            reading.refuse(text, Words.quoted(text.text()) + " is not above 0%", "leave the key out for none");
            return null;
        }
        return fraction;
    }

    /** An address without secrets in it. */
    static TextKind<URI> url() {
        String such = "such as https://example.org/hook";
        return new TextKind<>("an http or https address", such, "https?://[^\\s]{1,500}", (text, reading) -> {
            try {
                URI uri = new URI(text.text());
                if (uri.getRawUserInfo() != null) {
                    String remedy = "keep secrets out of the spec";
                    reading.refuse(text.place(), text.path(), "", "the address holds a user or password", remedy);
                    return null;
                }
                if (uri.getHost() == null) {
                    reading.refuse(text, Words.quoted(text.text()) + " names no host", such);
                    return null;
                }
                return uri;
            } catch (URISyntaxException e) {
                reading.refuse(text, "found " + text.describe() + " where an http or https address is expected", such);
                return null;
            }
        });
    }

    static WordKind<Severity> severity(boolean shadow) {
        Map<String, Severity> words = new LinkedHashMap<>();
        words.put("page", Severity.SEVERITY_PAGE);
        words.put("ticket", Severity.SEVERITY_TICKET);
        words.put("info", Severity.SEVERITY_INFO);
        if (shadow) {
            words.put("shadow", Severity.SEVERITY_SHADOW);
        }
        return new WordKind<>(shadow ? "a severity" : "a severity that is sent", words, Set.of());
    }
}
