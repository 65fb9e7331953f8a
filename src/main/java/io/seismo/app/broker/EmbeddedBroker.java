package io.seismo.app.broker;

import io.seismo.app.cli.CommandFailure;
import io.seismo.app.cli.Directories;
import io.seismo.app.cli.Errors;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.Feature;
import org.apache.kafka.server.common.MetadataVersion;
import org.jspecify.annotations.Nullable;

/**
 * A Kafka broker in this process: one node that is broker and KRaft controller, on the loopback interface only, for the
 * demo, tests and clients on the same machine. Formatted with the production metadata version, so that transactions,
 * and with them exactly-once, work as on a real cluster.
 *
 * <p>Data lies in a directory that may be given, and then survives restarts, or in a temporary one that is deleted on
 * close. A directory serves one broker at a time. Topics are never created by accident.
 *
 * <p>Its classes are absent from the runtime jar; {@link #start} says so plainly. Threads: a broker may be closed from
 * any thread, once or often.
 */
public final class EmbeddedBroker implements AutoCloseable {

    /** Largest record batch: a frame of 1 MiB, its headers, and room for one that must be refused by name. */
    public static final int MAX_MESSAGE_BYTES = 2 * 1024 * 1024;

    private static final String HOST = "127.0.0.1";
    private static final long ABANDON_MS = 3_000;

    private final KafkaRaftServer server;
    private final String bootstrap;
    private final Path dir;
    private final boolean temporary;
    private boolean closed;

    private EmbeddedBroker(KafkaRaftServer server, String bootstrap, Path dir, boolean temporary) {
        this.server = server;
        this.bootstrap = bootstrap;
        this.dir = dir;
        this.temporary = temporary;
    }

    /**
     * What a broker needs to know.
     *
     * @param dir where its data lies; {@code null} for a temporary directory
     * @param port to listen on; 0 picks a free one
     * @param retention how long topics keep records unless they say otherwise
     */
    public record Settings(@Nullable Path dir, int port, Duration retention) {

        /** A temporary directory, a free port, one day. */
        public static final Settings TEMPORARY = new Settings(null, 0, Duration.ofDays(1));

        public Settings {
            if (port < 0 || port > 65_535) {
                throw new IllegalArgumentException("port must lie in 0..65535, not " + port);
            }
            if (retention.isNegative() || retention.isZero()) {
                throw new IllegalArgumentException("retention must be positive, not " + retention);
            }
        }

        /** The same in a directory that stays. */
        public Settings in(Path directory) {
            return new Settings(directory, port, retention);
        }
    }

    /**
     * Starts a broker and returns when it serves.
     *
     * @throws CommandFailure when the broker's classes are missing, the port is taken, or the directory is in use
     */
    public static EmbeddedBroker start(Settings settings) {
        return start(settings, Path.of(System.getProperty("java.io.tmpdir")), none -> {});
    }

    /** Starts a broker with further listeners or other properties. */
    static EmbeddedBroker start(Settings settings, Consumer<Map<String, Object>> further) {
        return start(settings, Path.of(System.getProperty("java.io.tmpdir")), further);
    }

    /** Starts a broker whose temporary directory, if it needs one, lies under {@code temporaries}. */
    static EmbeddedBroker start(Settings settings, Path temporaries) {
        return start(settings, temporaries, none -> {});
    }

    private static EmbeddedBroker start(Settings settings, Path temporaries, Consumer<Map<String, Object>> further) {
        requireClasses();
        Path given = settings.dir();
        if (given != null) {
            return start(settings, given.toAbsolutePath().normalize(), false, further);
        }
        Path dir = temporary(temporaries);
        try {
            return start(settings, dir, true, further);
        } catch (RuntimeException failure) {
            discard(dir, failure);
            throw failure;
        }
    }

    private static EmbeddedBroker start(
            Settings settings, Path dir, boolean temporary, Consumer<Map<String, Object>> further) {
        requireUnused(dir);
        int[] ports = ports(settings.port());
        format(dir);
        Map<String, Object> properties = properties(settings, ports, dir);
        further.accept(properties);
        KafkaRaftServer server = new KafkaRaftServer(new KafkaConfig(properties), Time.SYSTEM);
        try {
            server.startup();
        } catch (RuntimeException failure) {
            abandon(server);
            throw new CommandFailure("the broker did not start: " + Errors.describe(failure), null, failure);
        }
        return new EmbeddedBroker(server, HOST + ":" + ports[0], dir, temporary);
    }

    /** Where clients connect: {@code 127.0.0.1:port}. */
    public String bootstrap() {
        return bootstrap;
    }

    /** Where its data lies. */
    public Path dir() {
        return dir;
    }

    /** Stops cleanly; data in a given directory is there at the next start. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        server.shutdown();
        server.awaitShutdown();
        if (temporary) {
            Directories.delete(dir);
        }
    }

    private static Map<String, Object> properties(Settings settings, int[] ports, Path dir) {
        int port = ports[0];
        int controller = ports[1];
        Map<String, Object> properties = new HashMap<>();
        properties.put("process.roles", "broker,controller");
        properties.put("node.id", "1");
        properties.put("controller.quorum.voters", "1@" + HOST + ":" + controller);
        properties.put("listeners", "PLAINTEXT://" + HOST + ":" + port + ",CONTROLLER://" + HOST + ":" + controller);
        properties.put("advertised.listeners", "PLAINTEXT://" + HOST + ":" + port);
        properties.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
        properties.put("controller.listener.names", "CONTROLLER");
        properties.put("inter.broker.listener.name", "PLAINTEXT");
        properties.put("log.dirs", dir.toString());
        properties.put("log.retention.ms", Long.toString(settings.retention().toMillis()));
        properties.put("auto.create.topics.enable", "false");
        properties.put("message.max.bytes", Integer.toString(MAX_MESSAGE_BYTES));
        properties.put("replica.fetch.max.bytes", Integer.toString(MAX_MESSAGE_BYTES));
        oneNode(properties);
        small(properties);
        return properties;
    }

    /** Internal topics have one replica, and groups do not wait for members that will not come. */
    private static void oneNode(Map<String, Object> properties) {
        properties.put("offsets.topic.replication.factor", "1");
        properties.put("offsets.topic.num.partitions", "4");
        properties.put("transaction.state.log.replication.factor", "1");
        properties.put("transaction.state.log.min.isr", "1");
        properties.put("transaction.state.log.num.partitions", "4");
        properties.put("share.coordinator.state.topic.replication.factor", "1");
        properties.put("share.coordinator.state.topic.min.isr", "1");
        properties.put("share.coordinator.state.topic.num.partitions", "1");
        properties.put("group.initial.rebalance.delay.ms", "0");
        properties.put("group.min.session.timeout.ms", "500");
        properties.put("group.streams.initial.rebalance.delay.ms", "0");
    }

    /** Fewer threads and a smaller cleaner than a server has: it shares a process and perhaps two cores. */
    private static void small(Map<String, Object> properties) {
        properties.put("num.network.threads", "2");
        properties.put("num.io.threads", "4");
        // A busy laptop is no reason for errors in the log.
        properties.put("controller.performance.always.log.threshold.ms", "30000");
        properties.put("log.cleaner.dedupe.buffer.size", Integer.toString(4 * 1024 * 1024));
    }

    private static void format(Path dir) {
        try {
            Files.createDirectories(dir);
            if (Files.exists(dir.resolve("meta.properties"))) {
                return;
            }
            try (PrintStream quiet = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
                new Formatter()
                        .setNodeId(1)
                        .setClusterId(Uuid.randomUuid().toString())
                        .setDirectories(List.of(dir.toString()))
                        .setMetadataLogDirectory(dir.toString())
                        .setControllerListenerName("CONTROLLER")
                        .setIgnoreFormatted(true)
                        .setReleaseVersion(MetadataVersion.latestProduction())
                        .setSupportedFeatures(Feature.PRODUCTION_FEATURES)
                        .setPrintStream(quiet)
                        .run();
            }
        } catch (Exception failure) {
            throw new CommandFailure("cannot prepare " + dir + " for a broker: " + failure.getMessage(), null, failure);
        }
    }

    private static void requireClasses() {
        try {
            Class.forName("kafka.server.KafkaRaftServer", false, EmbeddedBroker.class.getClassLoader());
        } catch (ClassNotFoundException missing) {
            throw new CommandFailure(
                    "this class path has no Kafka broker: the runtime jar leaves it out",
                    "The launcher fetches it: './seismo broker' or './seismo demo'. By hand: add kafka_2.13 4.3.1.",
                    missing);
        }
    }

    /** Kafka notices a second broker only halfway through its start, loudly: ask its lock file first. */
    private static void requireUnused(Path dir) {
        Path lock = dir.resolve(".lock");
        if (!Files.exists(lock)) {
            return;
        }
        try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.WRITE);
                FileLock held = channel.tryLock()) {
            if (held == null) {
                throw inUse(dir, null);
            }
        } catch (OverlappingFileLockException ours) {
            throw inUse(dir, ours);
        } catch (IOException failure) {
            throw new CommandFailure("cannot use " + dir + ": " + failure.getMessage(), null, failure);
        }
    }

    private static CommandFailure inUse(Path dir, @Nullable Throwable cause) {
        return new CommandFailure("another broker uses " + dir, "Stop it, or give another --dir.", cause);
    }

    /** The broker's port and a free one for the controller. Held together for a moment, so that they differ. */
    private static int[] ports(int wanted) {
        try (ServerSocket broker = bind(wanted);
                ServerSocket controller = bind(0)) {
            return new int[] {broker.getLocalPort(), controller.getLocalPort()};
        } catch (BindException taken) {
            throw new CommandFailure(
                    "port " + wanted + " of " + HOST + " is taken", "Give another --port, or 0 for a free one.", taken);
        } catch (IOException failure) {
            throw new UncheckedIOException("no free port on " + HOST, failure);
        }
    }

    private static ServerSocket bind(int port) throws IOException {
        ServerSocket socket = new ServerSocket();
        socket.setReuseAddress(true);
        socket.bind(new InetSocketAddress(HOST, port), 1);
        return socket;
    }

    /**
     * A half-started server can wait for itself for ever; what it does in a daemon thread cannot hold the process. It is
     * given a moment, so that what it leaves can be deleted.
     */
    private static void abandon(KafkaRaftServer server) {
        Thread last = new Thread(server::shutdown, "seismo-broker-abandon");
        last.setDaemon(true);
        last.start();
        try {
            last.join(ABANDON_MS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static Path temporary(Path temporaries) {
        try {
            return Files.createTempDirectory(temporaries, "seismo-broker-");
        } catch (IOException failure) {
            throw new UncheckedIOException("no temporary directory for a broker", failure);
        }
    }

    /** Deletes what a start left; that it cannot is less than why it failed. */
    private static void discard(Path dir, RuntimeException failure) {
        try {
            Directories.delete(dir);
        } catch (UncheckedIOException left) {
            failure.addSuppressed(left);
        }
    }
}
