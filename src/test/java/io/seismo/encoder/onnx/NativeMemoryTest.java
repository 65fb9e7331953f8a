package io.seismo.encoder.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import io.seismo.encoder.Encoder;
import io.seismo.encoder.Rows;
import io.seismo.encoder.SparseRows;
import io.seismo.encoder.TestWeights;
import io.seismo.weights.Activation;
import io.seismo.weights.EncoderWeights;
import io.seismo.weights.InputNorm;
import io.seismo.wire.Dtype;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Native memory of the process, watched over many calls and many openings. */
@EnabledOnOs(OS.LINUX)
class NativeMemoryTest {

    private static final int D_IN = 256;
    private static final int D_SAE = 4096;
    /** One copy of W: a session that is not freed costs at least this. */
    private static final long WEIGHTS = (long) D_IN * D_SAE * Float.BYTES;

    private static final Pattern MAPPING = Pattern.compile("[0-9a-f]+-[0-9a-f]+ ");

    /** What 25,000 calls lose at 100 bytes each. */
    private static final long LOST_TENSORS = 2_500_000;

    private static final int LOST_BINDINGS = 400_000;

    private final EncoderWeights weights = TestWeights.random(D_IN, D_SAE, new Activation.Relu(), InputNorm.NONE);

    @Test
    void shouldNotGrowWhenFramesOfChangingSizeAreEncoded() throws IOException {
        EncoderWeights small = TestWeights.random(16, 64, new Activation.Relu(), InputNorm.NONE);
        Rows rows = Rows.random(Dtype.DTYPE_BF16, 8, 16, 3);
        try (Encoder encoder = OnnxEncoders.open(small, List.of(1, 2), true, Dtype.DTYPE_BF16)) {
            frames(encoder, rows, 25_000);
            assertThat(growth(() -> frames(encoder, rows, 25_000))).isLessThan(LOST_TENSORS);
        }
    }

    @Test
    void shouldBeSeenWhenTensorsAreNotClosed() throws IOException {
        OnnxGraph graph = new OnnxGraph(Dtype.DTYPE_F32, 2, 2);
        ByteBuffer memory = ByteBuffer.allocateDirect(64).order(ByteOrder.LITTLE_ENDIAN);
        List<GraphSession.Binding> lost = new ArrayList<>();
        try (GraphSession session = OrtGraphSession.open(
                OnnxRuntime.get().environment(),
                graph,
                new OrtGraphSession.Weights(memory.slice(0, 16), memory.slice(16, 8)))) {
            long before = resident();
            for (int i = 0; i < LOST_BINDINGS; i++) {
                lost.add(session.bind(new GraphSession.Buffers(memory, memory, memory), 1));
            }
            long growth = resident() - before;
            lost.forEach(GraphSession.Binding::close);
            // Far above what a heap gives back or takes meanwhile.
            assertThat(growth).isGreaterThan(LOST_BINDINGS * 100L);
        }
    }

    /** Smallest growth of four rounds: a leak shows in each, a heap that finds its size does not. */
    private static long growth(Runnable round) throws IOException {
        long least = Long.MAX_VALUE;
        long before = resident();
        for (int i = 0; i < 4; i++) {
            round.run();
            long after = resident();
            least = Math.min(least, after - before);
            before = after;
        }
        return least;
    }

    @Test
    void shouldGiveMemoryBackWhenClosed() throws IOException {
        open(20, true);
        long before = resident();
        open(60, true);
        assertThat(resident() - before).isLessThan(10 * WEIGHTS);

        // The same without closing shows that the measure sees a leak.
        long leaking = resident();
        List<Encoder> kept = open(30, false);
        long leaked = resident() - leaking;
        kept.forEach(Encoder::close);
        assertThat(leaked).isGreaterThan(15 * WEIGHTS);
    }

    private List<Encoder> open(int times, boolean close) {
        List<Encoder> kept = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            Encoder encoder = OnnxEncoders.open(weights, List.of(1), true, Dtype.DTYPE_BF16);
            encoder.watch(Rows.random(Dtype.DTYPE_BF16, 4, D_IN, 1).block(), new float[4], 0, 1);
            if (close) {
                encoder.close();
            } else {
                kept.add(encoder);
            }
        }
        return kept;
    }

    private static void frames(Encoder encoder, Rows rows, int times) {
        float[] out = new float[16];
        SparseRows sparse = new SparseRows();
        BitSet first = new BitSet();
        first.set(0);
        for (int i = 0; i < times; i++) {
            int count = 1 + i % 8;
            encoder.watch(rows.slice(0, count), out, 0, 2);
            if (i % 8 == 0) {
                encoder.full(rows.slice(0, count), first, sparse);
            }
        }
    }

    /**
     * Resident bytes outside the Java heap. The heap grows and shrinks at its own will; with compressed references it lies
     * below 64 GiB, everything that is allocated natively lies above.
     */
    private static long resident() throws IOException {
        System.gc();
        long bytes = 0;
        boolean outside = false;
        for (String line : Files.readAllLines(Path.of("/proc/self/smaps"))) {
            if (MAPPING.matcher(line).lookingAt()) {
                outside = Long.parseUnsignedLong(line.substring(0, line.indexOf('-')), 16) >= 1L << 36;
            } else if (outside && line.startsWith("Rss:")) {
                bytes += Long.parseLong(line.replaceAll("\\D", "")) << 10;
            }
        }
        return bytes;
    }
}
