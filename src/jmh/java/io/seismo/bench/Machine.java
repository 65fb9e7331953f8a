package io.seismo.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Where figures were taken; they mean nothing without it.
 *
 * @param cpu model name
 * @param cores processors the JVM sees
 * @param flags those of the processor's flags that decide speed here
 * @param jdk version and vendor
 * @param heapMiB largest heap
 * @param loadBefore one-minute load average when the run began; −1 when the system does not say
 */
record Machine(String cpu, int cores, List<String> flags, String jdk, long heapMiB, double loadBefore) {

    private static final List<String> TELLING =
            List.of("avx2", "fma", "avx512f", "avx512_vnni", "avx512_bf16", "amx_tile", "asimd", "sve");

    Machine {
        flags = List.copyOf(flags);
    }

    static Machine here() {
        String model = System.getProperty("os.arch");
        List<String> flags = new ArrayList<>();
        for (String line : cpuinfo()) {
            String[] parts = line.split(":", 2);
            if (parts.length == 2 && parts[0].strip().equals("model name")) {
                model = parts[1].strip();
            }
            if (parts.length == 2 && parts[0].strip().toLowerCase(Locale.ROOT).equals("flags")) {
                List<String> all = List.of(parts[1].strip().split("\\s+"));
                flags.addAll(TELLING.stream().filter(all::contains).toList());
                break;
            }
        }
        return new Machine(
                model,
                Runtime.getRuntime().availableProcessors(),
                flags,
                Runtime.version() + " " + System.getProperty("java.vendor"),
                Runtime.getRuntime().maxMemory() >> 20,
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
    }

    private static List<String> cpuinfo() {
        try {
            return Files.readAllLines(Path.of("/proc/cpuinfo"));
        } catch (IOException e) {
            return List.of();
        }
    }

    String line() {
        return String.format(
                Locale.ROOT,
                "%d cores of %s (%s), JDK %s, load %.1f at the start%s",
                cores,
                cpu,
                String.join(" ", flags),
                jdk,
                loadBefore,
                loadBefore > 3 ? ": BUSY, figures are not to be trusted" : "");
    }
}
