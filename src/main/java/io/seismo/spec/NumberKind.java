package io.seismo.spec;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * A number within bounds, both allowed.
 *
 * @param whole whether it must be an integer
 * @param least lower bound
 * @param most upper bound
 */
record NumberKind(boolean whole, double least, double most) implements Kind<Double> {

    /** A bound that stands for any number a float can hold. */
    static final double ANY = 1e30;

    /** Integers, as {@code int}. */
    static Kind<Integer> integer(int least, int most) {
        return new Whole(new NumberKind(true, least, most));
    }

    static NumberKind real(double least, double most) {
        return new NumberKind(false, least, most);
    }

    @Override
    public @Nullable Double read(YamlNode node, Reading reading) {
        if (!(node instanceof YamlNode.Scalar scalar) || !scalar.isNumber()) {
            boolean quoted = node instanceof YamlNode.Scalar text
                    && !text.plain()
                    && new YamlNode.Scalar("", text.place(), text.text(), true).isNumber();
            reading.refuse(
                    node,
                    "found " + node.describe() + " where " + noun() + " is expected",
                    quoted ? "take the quotes away" : "");
            return null;
        }
        double value = Double.parseDouble(scalar.text());
        if (!(value >= least && value <= most) || (whole && !scalar.text().matches("-?[0-9]+"))) {
            reading.refuse(node, Words.shortened(scalar.text()) + " is not " + noun(), "");
            return null;
        }
        return value;
    }

    private String noun() {
        if (least == most) {
            return "the number " + plain(least);
        }
        if (most >= ANY) {
            return least > 0 ? "a number above 0" : "a number";
        }
        return (whole ? "a whole number" : "a number") + " from " + plain(least) + " to " + plain(most);
    }

    private static String plain(double value) {
        return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
    }

    @Override
    public ObjectNode schema() {
        ObjectNode schema = JsonNodeFactory.instance.objectNode();
        schema.put("type", whole ? "integer" : "number");
        schema.set("minimum", bound(least));
        schema.set("maximum", bound(most));
        return schema;
    }

    private static com.fasterxml.jackson.databind.node.NumericNode bound(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? JsonNodeFactory.instance.numberNode((long) value)
                : JsonNodeFactory.instance.numberNode(value);
    }

    private record Whole(NumberKind number) implements Kind<Integer> {
        @Override
        public @Nullable Integer read(YamlNode node, Reading reading) {
            Double value = number.read(node, reading);
            return value == null ? null : (Integer) (int) (double) value;
        }

        @Override
        public ObjectNode schema() {
            return number.schema();
        }
    }
}
