package io.seismo.encoder.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/**
 * Native memory over many calls and openings, each beside a process that leaks on purpose.
 *
 * <p>Measured in fresh processes whose heap has its final size from the start and whose compiler is the small one, so that what
 * grows is what was allocated natively.
 */
@EnabledOnOs(OS.LINUX)
class NativeMemoryTest {

    private static final Pattern GREW = Pattern.compile("grew (-?\\d+)");

    /** 100 bytes a call; a tensor that is not closed costs more. */
    private static final long LOST_TENSORS = 100L * NativeMemory.CALLS;

    /** A quarter of the weights of all openings; a session that is not closed costs one copy at least. */
    private static final long LOST_SESSIONS =
            (long) NativeMemory.OPENINGS * NativeMemory.D * NativeMemory.D * Float.BYTES / 4;

    @Test
    void shouldNotGrowWhenFramesOfChangingSizeAreEncoded() throws Exception {
        assertThat(growth("encode")).isLessThan(LOST_TENSORS);
        assertThat(growth("lose-tensors")).isGreaterThan(LOST_TENSORS);
    }

    @Test
    void shouldNotGrowWhenEncodersAreOpenedAndClosed() throws Exception {
        assertThat(growth("reopen")).isLessThan(LOST_SESSIONS);
        assertThat(growth("keep-open")).isGreaterThan(LOST_SESSIONS);
    }

    private static long growth(String what) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xms256m",
                        "-Xmx256m",
                        "-XX:+AlwaysPreTouch",
                        "-Xss4m",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        NativeMemory.class.getName(),
                        what))
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        Matcher grew = GREW.matcher(output);
        assertThat(grew.find()).as(output).isTrue();
        System.out.println("native memory, " + what + ": " + grew.group());
        return Long.parseLong(grew.group(1));
    }
}
