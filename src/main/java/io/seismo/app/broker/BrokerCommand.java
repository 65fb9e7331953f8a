package io.seismo.app.broker;

import io.seismo.app.cli.Durations;
import io.seismo.app.cli.Output;
import io.seismo.app.cli.StopSignal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code seismo broker}: the embedded broker on its own, for clients in other processes and languages. Names no broker
 * class in a signature, so that other commands run without them.
 */
@Command(
        name = "broker",
        description = "Run a Kafka broker on this machine's loopback, until stopped.",
        footer = {"", "Without --dir its data is temporary. With --dir it is there again at the next start."})
public final class BrokerCommand implements Callable<Integer> {

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "9092",
            description = "Port; 0 picks a free one. Default: ${DEFAULT-VALUE}.")
    private int port;

    @Option(names = "--dir", paramLabel = "DIR", description = "Directory for its data.")
    private @Nullable Path dir;

    @Option(
            names = "--retention",
            paramLabel = "DURATION",
            defaultValue = "1d",
            converter = Durations.class,
            description = "How long topics keep records unless they say otherwise. Default: ${DEFAULT-VALUE}.")
    private Duration retention = Duration.ofDays(1);

    @Mixin
    private Output output = new Output();

    @Override
    public Integer call() throws InterruptedException {
        try (StopSignal stop = StopSignal.install();
                EmbeddedBroker broker = EmbeddedBroker.start(new EmbeddedBroker.Settings(dir, port, retention))) {
            Map<String, Object> started = new TreeMap<>();
            started.put("bootstrap", broker.bootstrap());
            started.put("dir", broker.dir().toString());
            started.put("temporary", dir == null);
            output.write(started, out -> {
                out.println("Kafka broker on " + broker.bootstrap());
                out.println("Data in " + broker.dir() + (dir == null ? " (temporary)" : ""));
                out.println("Ctrl-C stops it.");
            });
            stop.await();
            output.say("Stopping.");
        }
        return 0;
    }
}
