package io.seismo.encoder.onnx;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The part of the processor that decides which kernels the runtime picks, and with them the last bits of a sum.
 *
 * <p>Read from {@code /proc/cpuinfo} where there is one; elsewhere only the architecture is known.
 */
final class InstructionSet {

    private static final List<String> TELLING =
            List.of("avx", "fma", "avx2", "avx512f", "avx512dq", "avx512_bf16", "amx_tile", "asimd", "asimdhp", "sve");

    private static final List<String> OF_MIXED_BYTES = List.of("avx_vnni", "avx512_vnni");

    private InstructionSet() {}

    static String describe() {
        return describe(System.getProperty("os.arch"), cpuinfo());
    }

    /** Whether unsigned and signed bytes are multiplied and added up exactly; no where it is not known. */
    static boolean multipliesMixedBytes() {
        return multipliesMixedBytes(cpuinfo());
    }

    static boolean multipliesMixedBytes(List<String> cpuinfo) {
        return !describe("", cpuinfo, OF_MIXED_BYTES).isEmpty();
    }

    private static List<String> cpuinfo() {
        try {
            return Files.readAllLines(Path.of("/proc/cpuinfo"));
        } catch (IOException e) {
            return List.of();
        }
    }

    /** Architecture and the telling ones of the first processor's flags. */
    static String describe(String architecture, List<String> cpuinfo) {
        return describe(architecture, cpuinfo, TELLING);
    }

    private static String describe(String architecture, List<String> cpuinfo, List<String> telling) {
        for (String line : cpuinfo) {
            String[] parts = line.split(":", 2);
            String key = parts[0].strip().toLowerCase(Locale.ROOT);
            if (parts.length == 2 && (key.equals("flags") || key.equals("features"))) {
                Set<String> flags = new HashSet<>(List.of(parts[1].strip().split("\\s+")));
                List<String> present = new ArrayList<>(List.of(architecture));
                telling.stream().filter(flags::contains).forEach(present::add);
                return String.join("+", present);
            }
        }
        return architecture;
    }
}
