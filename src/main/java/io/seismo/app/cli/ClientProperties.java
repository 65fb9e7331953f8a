package io.seismo.app.cli;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** Properties of a Kafka client: the brokers, and a file that is passed through. */
public final class ClientProperties {

    private ClientProperties() {}

    /**
     * Bootstrap servers with all that stands in the file.
     *
     * @param file Java properties, for example {@code security.protocol} and {@code sasl.jaas.config}; may be {@code null}
     */
    public static Map<String, Object> of(@Nullable String bootstrap, @Nullable Path file) {
        Map<String, Object> client = new HashMap<>();
        if (file != null) {
            client.putAll(read(file));
        }
        if (bootstrap != null) {
            client.put("bootstrap.servers", bootstrap);
        }
        return client;
    }

    private static Map<String, String> read(Path file) {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            properties.load(reader);
        } catch (IOException | IllegalArgumentException e) {
            throw new CommandFailure(
                    "cannot read client properties " + file + ": " + e.getMessage(),
                    "is it a Java properties file?",
                    e);
        }
        Map<String, String> read = new HashMap<>();
        properties.stringPropertyNames().forEach(name -> read.put(name, properties.getProperty(name)));
        return read;
    }
}
