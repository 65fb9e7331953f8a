package io.seismo.app.broker;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A broker with a listener that wants TLS and a password, and the properties of a client that has both. */
public final class SecuredBroker implements AutoCloseable {

    private static final String STORE_PASSWORD = "only-for-this-test";
    private static final String LOGIN =
            "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"seismo\" password=\"%s\"%s;";

    private final Path dir;
    private final EmbeddedBroker broker;
    private final int port = freePort();

    public SecuredBroker(Path dir) throws Exception {
        this.dir = dir;
        keytool(
                "-genkeypair",
                "-alias",
                "broker",
                "-keyalg",
                "RSA",
                "-storetype",
                "PKCS12",
                "-dname",
                "CN=localhost",
                "-ext",
                "SAN=ip:127.0.0.1",
                "-validity",
                "2",
                "-keystore",
                store().toString(),
                "-storepass",
                STORE_PASSWORD);
        EmbeddedBroker.Settings settings = EmbeddedBroker.Settings.TEMPORARY.in(dir.resolve("broker"));
        broker = EmbeddedBroker.start(settings, this::secure);
    }

    public String bootstrap() {
        return "127.0.0.1:" + port;
    }

    /** A client's properties file, with this password. */
    public Path client(String name, String password) throws IOException {
        return Files.write(
                dir.resolve(name),
                List.of(
                        "security.protocol=SASL_SSL",
                        "sasl.mechanism=PLAIN",
                        "sasl.jaas.config=" + LOGIN.formatted(password, ""),
                        "ssl.truststore.type=PKCS12",
                        "ssl.truststore.location=" + store().toString().replace("\\", "\\\\"),
                        "ssl.truststore.password=" + STORE_PASSWORD));
    }

    private void secure(Map<String, Object> properties) {
        String at = ",SECURED://127.0.0.1:" + port;
        properties.merge("listeners", at, (before, more) -> before.toString() + more);
        properties.merge("advertised.listeners", at, (before, more) -> before.toString() + more);
        properties.merge(
                "listener.security.protocol.map", ",SECURED:SASL_SSL", (before, more) -> before.toString() + more);
        properties.put("sasl.enabled.mechanisms", "PLAIN");
        properties.put(
                "listener.name.secured.plain.sasl.jaas.config", LOGIN.formatted("right", " user_seismo=\"right\""));
        properties.put("listener.name.secured.ssl.keystore.type", "PKCS12");
        properties.put("listener.name.secured.ssl.keystore.location", store().toString());
        properties.put("listener.name.secured.ssl.keystore.password", STORE_PASSWORD);
        properties.put("listener.name.secured.ssl.key.password", STORE_PASSWORD);
    }

    private Path store() {
        return dir.resolve("broker.p12");
    }

    private static void keytool(String... arguments) throws IOException, InterruptedException {
        Path tool = Path.of(System.getProperty("java.home"), "bin", "keytool");
        List<String> command = new java.util.ArrayList<>(List.of(tool.toString()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IllegalStateException("keytool failed");
        }
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        broker.close();
    }
}
