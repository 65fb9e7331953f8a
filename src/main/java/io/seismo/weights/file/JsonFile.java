package io.seismo.weights.file;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.seismo.weights.ByteSource;
import io.seismo.weights.WeightsException;
import java.io.IOException;

/** Small JSON files beside weights, read strictly: no key twice, at most 16 MiB. */
public final class JsonFile {

    private static final int LARGEST = 16 << 20;

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private JsonFile() {}

    public static JsonNode read(ByteSource source) {
        if (source.size() > LARGEST) {
            throw new WeightsException(
                    source.name() + " is larger than " + LARGEST + " bytes", "is it the right file?");
        }
        byte[] text = new byte[(int) source.size()];
        if (text.length > 0) {
            source.slice(0, text.length).get(text);
        }
        return parse(source.name(), text);
    }

    /** Parses bytes; {@code name} says whose. */
    public static JsonNode parse(String name, byte[] text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new WeightsException(
                    name + " is not sound JSON: " + e.getOriginalMessage(), "download or export it again", e);
        } catch (IOException e) {
            throw new WeightsException("cannot read " + name + ": " + e.getMessage(), "", e);
        }
    }
}
