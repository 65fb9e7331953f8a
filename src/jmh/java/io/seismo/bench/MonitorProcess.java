package io.seismo.bench;

import io.seismo.encoder.Encoder;
import io.seismo.spec.MonitorPlan;
import io.seismo.spec.Plans;
import io.seismo.spec.Timing;
import io.seismo.spec.TopicNames;
import io.seismo.topology.RoleMetrics;
import io.seismo.topology.Runner;
import io.seismo.topology.SeismoTopologies;
import io.seismo.topology.StreamsSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.Topology;

/**
 * ENCODE and WATCH in a process of their own, or two Streams applications that only copy: the limit.
 *
 * <p>Arguments: bootstrap, state directory, deployment, directory of the SAE or {@code -} for the limit. Says
 * {@value #RUNNING} once both process.
 */
public final class MonitorProcess {

    /** What is said on stdout when both applications process. */
    static final String RUNNING = "RUNNING";

    private MonitorProcess() {}

    public static void main(String[] arguments) throws InterruptedException {
        MonitorPlan plan = BenchPlans.plan(arguments[2], Timing.DEFAULT, 1000f);
        TopicNames names = new TopicNames(plan.deployment());
        boolean limit = arguments[3].equals("-");
        Map<String, Encoder> encoders = limit ? Map.of() : BenchPlans.encoders(Path.of(arguments[3]));
        Runner encode = runner(
                "encode",
                limit
                        ? copy(names.activations(), names.features())
                        : SeismoTopologies.encode(Plans.only(plan), any -> encoders, RoleMetrics.NONE),
                arguments);
        Runner watch = runner(
                "watch",
                limit
                        ? copy(names.panePartials(), names.paneDigests())
                        : SeismoTopologies.watch(Plans.only(plan), RoleMetrics.NONE),
                arguments);
        encode.start();
        watch.start();
        if (encode.awaitRunning(Duration.ofMinutes(2)) && watch.awaitRunning(Duration.ofMinutes(2))) {
            System.out.println(RUNNING);
            System.out.flush();
        }
        new CountDownLatch(1).await();
    }

    private static Runner runner(String role, Topology topology, String[] arguments) {
        String application = "seismo-" + arguments[2] + "-" + role + "-g1";
        return new Runner(
                role,
                topology,
                StreamsSettings.of(application, arguments[0], Path.of(arguments[1]))
                        .toMap());
    }

    private static Topology copy(String from, String to) {
        Topology topology = new Topology();
        topology.addSource("in", new ByteArrayDeserializer(), new ByteArrayDeserializer(), from);
        topology.addSink("out", to, new ByteArraySerializer(), new ByteArraySerializer(), "in");
        return topology;
    }
}
