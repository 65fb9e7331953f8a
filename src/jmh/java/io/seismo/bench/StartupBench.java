package io.seismo.bench;

import io.seismo.encoder.onnx.BareRuntime;
import io.seismo.spec.MonitorPlan;
import io.seismo.spec.Timing;
import io.seismo.spec.TopicNames;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** From the start of a process to RUNNING, and the largest resident memory under load. */
@Command(
        name = "startup",
        mixinStandardHelpOptions = true,
        description = "Start-up time and peak memory of encode and watch, beside two applications that only copy.",
        footer = {
            "",
            "Starts the process anew three times each, with a heap of at most 512 MiB, and has it work off 1,500 frames.",
            "Memory is VmHWM of /proc, so Linux only. Example: ./seismo bench startup"
        })
final class StartupBench implements Callable<Integer> {

    private static final int STARTS = 3;
    private static final int FRAMES = 1_500;
    private static final long LIMIT_NANOS = 180_000_000_000L;

    @Mixin
    private Report report = new Report();

    @Override
    public Integer call() throws Exception {
        Path sae = BareRuntime.sae();
        Samples start = new Samples();
        Samples memory = new Samples();
        Samples bareStart = new Samples();
        Samples bareMemory = new Samples();
        try (BenchCluster cluster = new BenchCluster()) {
            for (int i = 0; i < STARTS; i++) {
                one(cluster, "bench-copy-" + i, "-", bareStart, bareMemory);
                one(cluster, "bench-start-" + i, sae.toString(), start, memory);
            }
        }
        report.add(Figure.beside(
                "start to RUNNING", start.median(), "s", "Streams applications that copy", bareStart.median()));
        report.add(Figure.beside(
                "peak resident memory", memory.median(), "MiB", "Streams applications that copy", bareMemory.median()));
        report.note("Median of " + STARTS + " starts each; encode and watch in one process, -Xmx512m, after " + FRAMES
                + " frames.");
        return report.done();
    }

    private void one(BenchCluster cluster, String deployment, String sae, Samples start, Samples memory)
            throws Exception {
        MonitorPlan plan = BenchPlans.plan(deployment, Timing.DEFAULT, 1000f);
        cluster.createTopics(plan);
        long begin = System.nanoTime();
        Process process = start(cluster, deployment, sae);
        try {
            awaitRunning(process);
            start.add((System.nanoTime() - begin) / 1e9);
            PipelineLoad.fill(cluster, plan, new BenchTraffic(5), FRAMES);
            awaitFeatures(cluster, new TopicNames(deployment).features(), process);
            memory.add(peakMiB(process.pid()));
        } finally {
            process.destroyForcibly();
            process.waitFor(30, TimeUnit.SECONDS);
        }
    }

    private static Process start(BenchCluster cluster, String deployment, String sae) throws IOException {
        Path arguments = cluster.newStateDir().resolve("classpath.args");
        Files.writeString(arguments, "-cp \"" + System.getProperty("java.class.path") + "\"\n");
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("@" + arguments, "-Xmx512m", MonitorProcess.class.getName()));
        command.addAll(List.of(cluster.bootstrap(), cluster.newStateDir().toString(), deployment, sae));
        return new ProcessBuilder(command).redirectError(new File("/dev/null")).start();
    }

    private static void awaitRunning(Process process) throws IOException {
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.equals(MonitorProcess.RUNNING)) {
                return;
            }
        }
        throw new IllegalStateException("the process ended before it was running");
    }

    private static void awaitFeatures(BenchCluster cluster, String topic, Process process) throws Exception {
        long deadline = System.nanoTime() + LIMIT_NANOS;
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", cluster.bootstrap()))) {
            while (end(admin, topic) < FRAMES) {
                if (!process.isAlive() || System.nanoTime() > deadline) {
                    throw new IllegalStateException("the process did not work off its frames");
                }
                LockSupport.parkNanos(50_000_000);
            }
        }
    }

    private static long end(Admin admin, String topic) throws Exception {
        long sum = 0;
        for (int p = 0; p < 2; p++) {
            TopicPartition at = new TopicPartition(topic, p);
            sum += admin.listOffsets(Map.of(at, OffsetSpec.latest()))
                    .partitionResult(at)
                    .get()
                    .offset();
        }
        return sum;
    }

    private static double peakMiB(long pid) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc", Long.toString(pid), "status"))) {
            if (line.startsWith("VmHWM:")) {
                return Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024.0;
            }
        }
        throw new IllegalStateException("/proc does not tell the peak memory of process " + pid);
    }
}
