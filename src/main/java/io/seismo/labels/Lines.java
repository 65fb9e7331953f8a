package io.seismo.labels;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.seismo.weights.WeightsException;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/** Lines of a text file that nobody vouches for, gzipped where its name says so; knows where it is. */
final class Lines implements AutoCloseable {

    static final int LONGEST = 4 << 20;
    private static final long LARGEST = 16L << 30;

    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(16)
                            .maxStringLength(LONGEST)
                            .maxNumberLength(64)
                            .build())
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private final Path file;
    private final InputStream in;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private long number;
    private long bytes;

    private Lines(Path file, InputStream in) {
        this.file = file;
        this.in = in;
    }

    static Lines open(Path file) {
        try {
            InputStream raw = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
            boolean zipped = file.toString().endsWith(".gz");
            return new Lines(file, zipped ? new BufferedInputStream(new GZIPInputStream(raw, 1 << 16), 1 << 16) : raw);
        } catch (NoSuchFileException e) {
            throw new WeightsException("no file " + file, "give the path as seen from the working directory", e);
        } catch (IOException e) {
            throw new WeightsException("cannot read " + file + ": " + e.getMessage(), "download it again", e);
        }
    }

    /** What is wrong with the line that was read last. */
    WeightsException fault(String what, String remedy) {
        return new WeightsException(file + ":" + number + ": " + what, remedy);
    }

    /** Number of the line that was read last, from 1. */
    long number() {
        return number;
    }

    /** The next line that is not blank; {@code null} at the end. */
    @Nullable
    String text() {
        try {
            for (int c = in.read(); c >= 0; c = in.read()) {
                line.reset();
                number++;
                while (c >= 0 && c != '\n') {
                    line.write(c);
                    if (line.size() > LONGEST) {
                        throw fault("the line is longer than " + LONGEST + " bytes", "is it the right file?");
                    }
                    c = in.read();
                }
                bytes += line.size() + 1;
                if (bytes > LARGEST) {
                    throw fault("the file is longer than " + LARGEST + " bytes", "is it the right file?");
                }
                String text = StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(ByteBuffer.wrap(line.toByteArray()))
                        .toString();
                if (!text.isBlank()) {
                    return number == 1 && text.charAt(0) == '\ufeff' ? text.substring(1) : text;
                }
            }
            return null;
        } catch (CharacterCodingException e) {
            throw fault("it is not UTF-8", "save it as UTF-8");
        } catch (IOException e) {
            throw new WeightsException(
                    "cannot read " + file + " beyond line " + number + ": " + e.getMessage(), "download it again", e);
        }
    }

    /** The next line as a JSON object; {@code null} at the end. */
    @Nullable
    JsonNode next() {
        String text = text();
        if (text == null) {
            return null;
        }
        JsonNode node;
        try {
            node = JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw fault("not sound JSON: " + Label.line(e.getOriginalMessage(), 200), "download or export it again");
        }
        if (!node.isObject()) {
            throw fault("not a JSON object", "one object a line");
        }
        return node;
    }

    /** An index below {@code width}; exports write it as text or as a number. */
    int feature(JsonNode node, int width) {
        String text = node.isIntegralNumber() || node.isTextual() ? node.asText() : "";
        return feature(text, width);
    }

    int feature(String text, int width) {
        if (!text.matches("[0-9]{1,10}")) {
            throw fault("no index of a feature: " + Label.line(text, 40), "it is a whole number from 0");
        }
        long index = Long.parseLong(text);
        if (index >= width) {
            throw fault(
                    "feature " + index + ", but the SAE has " + width + ", 0 to " + (width - 1),
                    "these are labels of another SAE");
        }
        return (int) index;
    }

    /** A number from 0 to 1; {@code null} when absent. */
    @Nullable
    Double share(JsonNode row, String key) {
        Double value = size(row, key);
        if (value != null && value > 1) {
            throw fault(key + " is " + value + ", which is no share", "it lies between 0 and 1");
        }
        return value;
    }

    /** A number of at least 0; {@code null} when absent. */
    @Nullable
    Double size(JsonNode row, String key) {
        JsonNode node = row.path(key);
        if (node.isMissingNode() || node.isNull()) {
            return null;
        }
        if (!node.isNumber() || !(node.asDouble() >= 0) || !(node.asDouble() <= Float.MAX_VALUE)) {
            throw fault(key + " is " + Label.line(node.toString(), 40), "it is a number of at least 0, or left out");
        }
        return node.asDouble();
    }

    @Override
    public void close() {
        try {
            in.close();
        } catch (IOException ignored) {
            // What was to be read has been read.
            bytes = LARGEST;
        }
    }
}
