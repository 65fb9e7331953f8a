package io.seismo.spec;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The small expressions of a watch entry and a detector. */
final class Expressions {

    private static final int MAX_TERMS = 64;
    private static final String TERM = Forms.NAME + "(?:/[0-9]{1,7})?";
    private static final Pattern TERMS = Pattern.compile("(" + Forms.NAME + ")(?:/([0-9]{1,7}))?");

    /** Aggregators of the language that are yet to be built. */
    private static final String LATER_AGGREGATORS =
            "(?:mean|last|softmax|max_mean|k_of_n|rolling_mean)(?:\\(.*\\))?(?:\\.max)?|ema\\(.*\\)\\.mean";

    private Expressions() {}

    /** {@code topics/1207}, {@code max(topics/88, topics/913)}, {@code phish-lr}. */
    static TextKind<ReadExpression> read() {
        String such = "such as topics/1207, max(topics/88, topics/913), or the name of a probe";
        String pattern = TERM + "|max\\( *" + TERM + "(?: *, *" + TERM + "){0," + (MAX_TERMS - 1) + "} *\\)";
        return new TextKind<>("what to read", such, pattern, Expressions::terms)
                .notYet("(?:min|mean|sum|avg|and|or)\\(.*\\)");
    }

    private static @Nullable ReadExpression terms(YamlNode.Scalar text, Reading reading) {
        boolean call = text.text().startsWith("max(");
        Matcher matcher = TERMS.matcher(text.text());
        List<ReadExpression.Term> terms = new ArrayList<>();
        for (int at = call ? 4 : 0; matcher.find(at); at = matcher.end()) {
            String index = matcher.group(2);
            ReadExpression.Term term =
                    new ReadExpression.Term(matcher.group(1), index == null ? -1 : Integer.parseInt(index));
            int columnsIn = matcher.start() + (text.plain() ? 0 : 1);
            reading.refer(Namespace.ENCODER, term.encoder(), text, columnsIn);
            if (terms.contains(term)) {
                reading.refuse(
                        text.place().right(columnsIn),
                        text.path(),
                        term.toString(),
                        Words.quoted(term.toString()) + " is read twice",
                        "keep one");
                return null;
            }
            terms.add(term);
        }
        return new ReadExpression(terms);
    }

    /** {@code max}, {@code ema(0.5).max}. */
    static TextKind<AggregatorSpec> aggregate() {
        String pattern = "max|ema\\((?:0\\.[0-9]{1,6}|1|1\\.0)\\)\\.max";
        return new TextKind<AggregatorSpec>("an aggregator", "allowed: max, ema(0.5).max", pattern, (text, reading) -> {
                    if (text.text().equals("max")) {
                        return new AggregatorSpec.Max();
                    }
                    float alpha = Float.parseFloat(
                            text.text().substring(4, text.text().indexOf(')')));
                    if (alpha <= 0) {
                        reading.refuse(text, "the weight of ema must be above 0", "such as ema(0.5).max");
                        return null;
                    }
                    return new AggregatorSpec.EmaMax(alpha);
                })
                .notYet(LATER_AGGREGATORS);
    }

    /** A threshold: a number; calibrated ones are part of the language but not of this version. */
    static Kind<Double> threshold() {
        return new Threshold(NumberKind.real(-NumberKind.ANY, NumberKind.ANY));
    }

    private record Threshold(NumberKind number) implements Kind<Double> {
        @Override
        public @Nullable Double read(YamlNode node, Reading reading) {
            if (node instanceof YamlNode.Scalar scalar && scalar.text().startsWith("calibrated(")) {
                reading.refuse(node, Words.quoted(scalar.text()) + " is not supported yet", "give a number");
                return null;
            }
            return number.read(node, reading);
        }

        @Override
        public ObjectNode schema() {
            return number.schema();
        }
    }

    /** {@code "*"}, the name of one entry, or a list of names. */
    static Kind<WatchSelection> selection(int most) {
        TextKind<String> one = Forms.reference(Namespace.WATCH);
        return new Selection(one, new ListKind<>("watch entries", one, most));
    }

    private record Selection(TextKind<String> one, ListKind<String> several) implements Kind<WatchSelection> {
        @Override
        public @Nullable WatchSelection read(YamlNode node, Reading reading) {
            if (node instanceof YamlNode.Scalar scalar) {
                if (scalar.text().equals("*")) {
                    return WatchSelection.EVERY;
                }
                String name = one.read(node, reading);
                return name == null ? null : new WatchSelection(false, List.of(name));
            }
            List<String> names = several.read(node, reading);
            return names == null ? null : new WatchSelection(false, names);
        }

        @Override
        public ObjectNode schema() {
            ObjectNode schema = JsonNodeFactory.instance.objectNode();
            schema.putArray("anyOf")
                    .add(JsonNodeFactory.instance.objectNode().put("const", "*"))
                    .add(one.schema())
                    .add(several.schema());
            return schema;
        }
    }
}
