package io.seismo.weights.file;

import com.fasterxml.jackson.databind.JsonNode;
import io.seismo.weights.ByteSource;
import io.seismo.weights.WeightsException;
import java.util.Optional;

/**
 * A JSON configuration beside weights, with errors that name the file and the field.
 *
 * @param source the file
 * @param root its content
 */
public record Settings(ByteSource source, JsonNode root) {

    public static Settings of(ByteSource source) {
        JsonNode root = JsonFile.read(source);
        if (!root.isObject()) {
            throw new WeightsException(source.name() + " is not a JSON object", "is it the configuration of an SAE?");
        }
        return new Settings(source, root);
    }

    /** The settings nested under a name. */
    public Settings under(String name) {
        return new Settings(source, root.path(name));
    }

    public String text(String name, String otherwise) {
        JsonNode node = root.path(name);
        return node.isTextual() ? node.asText() : otherwise;
    }

    public boolean flag(String name, boolean otherwise) {
        JsonNode node = root.path(name);
        if (node.isMissingNode() || node.isNull()) {
            return otherwise;
        }
        if (!node.isBoolean()) {
            throw refused(name + " is " + node, "it must be true or false");
        }
        return node.asBoolean();
    }

    /** A whole number of at least 1, if it is there. */
    public Optional<Integer> count(String name) {
        JsonNode node = root.path(name);
        if (node.isMissingNode() || node.isNull()) {
            return Optional.empty();
        }
        if (!node.isIntegralNumber() || !node.canConvertToInt() || node.asInt() < 1) {
            throw refused(name + " is " + node, "it must be a positive whole number");
        }
        return Optional.of(node.asInt());
    }

    /** A whole number of at least 1. */
    public int requireCount(String name) {
        return count(name).orElseThrow(() -> refused("it does not state " + name, "add " + name));
    }

    /** A finite number above 0. */
    public double positive(String name) {
        JsonNode node = root.path(name);
        if (!node.isNumber() || !(node.asDouble() > 0) || !Double.isFinite(node.asDouble())) {
            throw refused(name + " is " + (node.isMissingNode() ? "not stated" : node), "it must be a positive number");
        }
        return node.asDouble();
    }

    public WeightsException refused(String reason, String remedy) {
        return new WeightsException(source.name() + ": " + reason, remedy);
    }
}
