package io.seismo.bench;

import io.seismo.encoder.onnx.BareRuntime;
import io.seismo.encoder.onnx.Packing;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** What a full graph takes of memory, mapped and packed, and what packing buys. */
@Command(
        name = "memory",
        mixinStandardHelpOptions = true,
        description =
                "Memory and speed of a full graph whose matrix is mapped from its file, beside one that is packed.",
        footer = {
            "",
            "Each in a process of its own. Memory is RssAnon of /proc/self/status after encoding 128 rows, less what it was",
            "before the SAE was opened: what the process has beyond mapped files. Linux only. Speed is in CPU time of the",
            "thread. Without SAE, one of 4,096 to 65,536 features is made in the temporary directory, mostly a hole.",
            "Example: ./seismo bench memory"
        })
final class MemoryBench implements Callable<Integer> {

    private static final double AIM_MIB = 100e6 / (1 << 20);

    @Mixin
    private Report report = new Report();

    @Parameters(arity = "0..1", paramLabel = "SAE", description = "One whose matrix lies in a file as fp32.")
    private @Nullable String given;

    @Override
    public Integer call() throws Exception {
        String sae = given == null ? BareRuntime.largeSae().toString() : given;
        Map<String, Double> mapped = measure(sae, Packing.MAPPED);
        Map<String, Double> packed = measure(sae, Packing.PACKED);
        double extra = value(mapped, "anonymous");
        report.add(Figure.beside("memory beyond the mapped file", extra, "MiB", "packed", value(packed, "anonymous"))
                .aiming("at most 100 MB", extra <= AIM_MIB));
        report.add(Figure.beside(
                "resident, page cache included",
                value(mapped, "resident"),
                "MiB",
                "packed",
                value(packed, "resident")));
        for (int batch : MemoryProcess.BATCHES) {
            report.add(Figure.beside(
                    "tokens a CPU second, " + batch + (batch == 1 ? " row" : " rows"),
                    value(mapped, "tokens" + batch),
                    "tokens/s",
                    "packed",
                    value(packed, "tokens" + batch)));
        }
        report.add(Figure.beside("open the session", value(mapped, "open"), "s", "packed", value(packed, "open")));
        report.add(Figure.plain("read and check the files", value(mapped, "load"), "s"));
        report.note("CPU time of one thread, median of 5; a run of one row computes two when mapped.");
        return report.done();
    }

    private static double value(Map<String, Double> measured, String name) {
        return Objects.requireNonNull(measured.get(name), name);
    }

    private Map<String, Double> measure(String sae, Packing packing) throws IOException, InterruptedException {
        report.say("measuring " + packing.name().toLowerCase(Locale.ROOT));
        Path arguments = Files.createTempFile("seismo-bench", ".args");
        try {
            Files.writeString(arguments, "-cp \"" + System.getProperty("java.class.path") + "\"\n");
            Process process = new ProcessBuilder(List.of(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "@" + arguments,
                            "-Xmx256m",
                            MemoryProcess.class.getName(),
                            sae,
                            packing.name()))
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            Map<String, Double> measured = new TreeMap<>();
            try (BufferedReader lines =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    String[] parts = line.split(" ");
                    if (parts.length == 2) {
                        measured.put(parts[0], Double.parseDouble(parts[1]));
                    }
                }
            }
            if (process.waitFor() != 0) {
                throw new IOException("the measured process ended with exit code " + process.exitValue());
            }
            return measured;
        } finally {
            Files.delete(arguments);
        }
    }
}
