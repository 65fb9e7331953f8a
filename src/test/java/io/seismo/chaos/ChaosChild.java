package io.seismo.chaos;

import io.seismo.encoder.Encoder;
import io.seismo.reference.PlanFixture;
import io.seismo.spec.MonitorPlan;
import io.seismo.spec.Plans;
import io.seismo.topology.RoleMetrics;
import io.seismo.topology.Runner;
import io.seismo.topology.SeismoTopologies;
import io.seismo.topology.StreamsSettings;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.streams.Topology;

/**
 * Encode and watch in one process with the settings of production, to be killed.
 *
 * <p>Arguments: bootstrap, state directory, stream threads, processing guarantee.
 */
public final class ChaosChild {

    private ChaosChild() {}

    public static void main(String[] args) throws InterruptedException {
        MonitorPlan plan = PlanFixture.plan(ChaosRun.PARTITIONS, ChaosRun.WATCH_PARTITIONS);
        Map<String, Encoder> encoders = PlanFixture.encoders();
        Runner encode =
                runner("encode", SeismoTopologies.encode(Plans.only(plan), any -> encoders, RoleMetrics.NONE), args);
        Runner watch = runner("watch", SeismoTopologies.watch(Plans.only(plan), RoleMetrics.NONE), args);
        // A child must not outlive a test that was itself killed.
        ProcessHandle.current()
                .parent()
                .ifPresent(parent ->
                        parent.onExit().thenRun(() -> Runtime.getRuntime().halt(4)));
        encode.start();
        watch.start();
        encode.failure().thenAccept(ChaosChild::die);
        watch.failure().thenAccept(ChaosChild::die);
        new CountDownLatch(1).await();
    }

    private static Runner runner(String role, Topology topology, String[] args) {
        StreamsSettings settings = StreamsSettings.of("seismo-chaos-" + role + "-g1", args[0], Path.of(args[1]))
                .threads(Integer.parseInt(args[2]))
                .with("processing.guarantee", args[3])
                .with("consumer.session.timeout.ms", 1_000)
                .with("consumer.heartbeat.interval.ms", 300);
        return new Runner(role, topology, settings.toMap());
    }

    private static void die(Throwable cause) {
        Runtime.getRuntime().halt(3);
    }
}
