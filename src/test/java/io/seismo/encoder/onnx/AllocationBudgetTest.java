package io.seismo.encoder.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** What a frame may leave to the garbage collector, whatever its number of rows. */
class AllocationBudgetTest {

    /**
     * About 450 are needed, most by the runtime's bindings: arrays of handles and names for each run, and its result. The
     * rest is room for what other threads allocate meanwhile; one array of a row's features would be 12,288.
     */
    private static final double BYTES_PER_FRAME = 4_096;

    @ParameterizedTest
    @CsvSource({"full, 1", "full, 128"})
    void shouldStayWithinTheBudgetWhenFramesAreEncoded(String benchmark, int rows) throws RunnerException {
        Collection<RunResult> results = new Runner(new OptionsBuilder()
                        .include(EncoderBenchmark.class.getName() + "\\." + benchmark + "$")
                        .param("rows", Integer.toString(rows))
                        .forks(0)
                        .warmupIterations(2)
                        .warmupTime(TimeValue.milliseconds(400))
                        .measurementIterations(2)
                        .measurementTime(TimeValue.milliseconds(400))
                        .addProfiler(GCProfiler.class)
                        .verbosity(VerboseMode.SILENT)
                        .build())
                .run();

        double bytes = results.iterator()
                .next()
                .getSecondaryResults()
                .get("gc.alloc.rate.norm")
                .getScore();
        System.out.printf("%s of %d rows allocates %.0f bytes a frame%n", benchmark, rows, bytes);
        assertThat(bytes).isBetween(1.0, BYTES_PER_FRAME);
    }
}
