package io.seismo.encoder.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.seismo.encoder.Encoder;
import io.seismo.encoder.EncoderException;
import io.seismo.encoder.Rows;
import io.seismo.encoder.SparseRows;
import io.seismo.encoder.TestWeights;
import io.seismo.spec.Arithmetic;
import io.seismo.spec.Device;
import io.seismo.weights.Activation;
import io.seismo.weights.EncoderWeights;
import io.seismo.weights.InputNorm;
import io.seismo.wire.Dtype;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What can be shown of GPUs without one: the refusal, what stands in, and that buckets change no bit. */
class DeviceTest {

    private static final Device GPU = new Device(0, false);
    private static final Device ELSE_CPU = new Device(0, true);
    private static final EncoderWeights WEIGHTS = TestWeights.random(48, 90, new Activation.Relu(), InputNorm.NONE);

    @Test
    void shouldRefuseClearlyWhenThereIsNoGpu() {
        assumeNoGpu();

        assertThatThrownBy(() -> OnnxEncoders.open(WEIGHTS, List.of(1), true, Dtype.DTYPE_F32, Arithmetic.on(GPU)))
                .isInstanceOf(EncoderException.class)
                .hasMessageContaining("cuda:0 cannot be used")
                .hasMessageContaining("fallback: cpu");
    }

    @Test
    void shouldRunOnTheProcessorAndCountItWhenTheSpecAllows() {
        assumeNoGpu();
        long before = DeviceFallbacks.counts().getOrDefault("cuda:0", 0L);
        Rows rows = Rows.random(Dtype.DTYPE_F32, 9, 48, 4);
        List<String> told = new ArrayList<>();

        try (Encoder standIn =
                        OnnxEncoders.open(WEIGHTS, List.of(1, 7), true, Dtype.DTYPE_F32, Arithmetic.on(ELSE_CPU));
                Encoder plain = OnnxEncoders.open(WEIGHTS, List.of(1, 7), true, Dtype.DTYPE_F32)) {
            assertThat(watch(standIn, rows)).isEqualTo(watch(plain, rows));
            assertThat(standIn.fingerprint()).isEqualTo(plain.fingerprint());
        }

        assertThat(DeviceFallbacks.counts().get("cuda:0")).isEqualTo(before + 2);
        DeviceFallbacks.listen(told::add);
        assertThat(told).filteredOn("cuda:0"::equals).hasSize((int) before + 2);
        DeviceFallbacks.listen(device -> {});
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 31, 32, 33, 127, 128, 129, 400, 512})
    void shouldGiveTheSameBitsInBucketsOfFixedSize(int count) {
        OnnxGraph graph = new OnnxGraph(Dtype.DTYPE_F32, 48, 90);
        Rows rows = Rows.random(Dtype.DTYPE_F32, count, 48, count);
        try (LoadedGraph plain = load(session(graph), graph, false);
                LoadedGraph bucketed = load(session(graph), graph, true)) {
            // A first call leaves rows behind in the buffers, which must not matter to the next.
            results(bucketed, Rows.random(Dtype.DTYPE_F32, 512, 48, 99));

            assertThat(results(bucketed, rows)).isEqualTo(results(plain, rows));
        }
        assertThat(RunSizes.BUCKETS.of(count, 512)).isIn(32, 128, 512).isGreaterThanOrEqualTo(count);
        assertThat(RunSizes.BUCKETS.of(count, 16)).isEqualTo(16);
    }

    @Test
    void shouldDoTheFailedRunAgainOnTheProcessorAndReportItOnce() {
        OnnxGraph graph = new OnnxGraph(Dtype.DTYPE_F32, 48, 90);
        Rows rows = Rows.random(Dtype.DTYPE_F32, 20, 48, 4);
        Failing gpu = new Failing(session(graph), 2);
        float[] expected;
        try (LoadedGraph plain = load(session(graph), graph, false)) {
            expected = results(plain, rows);
        }

        try (LoadedGraph standIn = load(new FallbackSession("cuda:7", gpu, () -> session(graph)), graph, true)) {
            for (int call = 0; call < 5; call++) {
                assertThat(results(standIn, rows)).isEqualTo(expected);
            }
        }

        assertThat(gpu.runs).isEqualTo(3);
        assertThat(gpu.open).isZero();
        assertThat(gpu.closed).isTrue();
        assertThat(DeviceFallbacks.counts()).containsEntry("cuda:7", 1L);
    }

    /** One session, and two calls in it at the same moment, each with buffers of its own: so copies and work overlap. */
    @Test
    @Timeout(60)
    void shouldLetTwoThreadsIntoOneSessionAtOnce() throws Exception {
        OnnxGraph graph = new OnnxGraph(Dtype.DTYPE_F32, 48, 90);
        CyclicBarrier both = new CyclicBarrier(2);
        Rows rows = Rows.random(Dtype.DTYPE_F32, 20, 48, 4);
        float[] expected;
        try (LoadedGraph plain = load(session(graph), graph, false)) {
            expected = results(plain, rows);
        }
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try (LoadedGraph shared = load(new Meeting(session(graph), both), graph, false)) {
            List<Future<float[]>> calls = new ArrayList<>();
            for (int call = 0; call < 2; call++) {
                calls.add(threads.submit(() -> results(shared, rows)));
            }
            for (Future<float[]> call : calls) {
                assertThat(call.get(30, TimeUnit.SECONDS)).containsExactly(expected);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private static void assumeNoGpu() {
        boolean gpu;
        try {
            OrtGraphSession.open(
                            OnnxRuntime.get().environment(),
                            new OnnxGraph(Dtype.DTYPE_F32, 1, 1),
                            new OrtGraphSession.Weights(floats(1), floats(1)),
                            GPU)
                    .close();
            gpu = true;
        } catch (EncoderException e) {
            gpu = false;
        }
        assumeThat(gpu).isFalse();
    }

    private static float[] watch(Encoder encoder, Rows rows) {
        float[] out = new float[rows.block().rows() * 2];
        encoder.watch(rows.block(), out, 0, 2);
        SparseRows sparse = new SparseRows();
        BitSet all = new BitSet();
        all.set(0, rows.block().rows());
        encoder.full(rows.block(), all, sparse);
        assertThat(sparse.end(rows.block().rows() - 1)).isPositive();
        return out;
    }

    private static float[] results(LoadedGraph graph, Rows rows) {
        int count = rows.block().rows();
        float[] out = new float[count * 90];
        Workspace space = graph.borrow(count);
        try {
            space.load(rows.block(), rows.block().data(), 0, count, 0);
            space.run(count);
            for (int r = 0; r < count; r++) {
                space.result(r, out, r * 90);
            }
        } finally {
            graph.giveBack(space);
        }
        return out;
    }

    private static LoadedGraph load(GraphSession session, OnnxGraph graph, boolean bucketed) {
        return new LoadedGraph(
                session,
                graph,
                new LoadedGraph.Around(InputNorm.NONE, new Activation.Linear(), new float[90]),
                bucketed ? RunSizes.BUCKETS : RunSizes.AS_THEY_COME);
    }

    private static GraphSession session(OnnxGraph graph) {
        ByteBuffer bias = floats(WEIGHTS.bias());
        return OrtGraphSession.open(
                OnnxRuntime.get().environment(),
                graph,
                new OrtGraphSession.Weights(WEIGHTS.matrix().gather(columns()).bytes(), bias));
    }

    private static int[] columns() {
        int[] all = new int[90];
        for (int i = 0; i < all.length; i++) {
            all[i] = i;
        }
        return all;
    }

    private static ByteBuffer floats(float... values) {
        ByteBuffer bytes =
                ByteBuffer.allocateDirect(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return bytes;
    }

    /** A session whose runs wait for one another: a call that had to wait for the other's end would never return. */
    private record Meeting(GraphSession sound, CyclicBarrier both) implements GraphSession {

        @Override
        public Binding bind(Buffers buffers, int rows) {
            Binding binding = sound.bind(buffers, rows);
            return new Binding() {
                @Override
                public void run() {
                    try {
                        both.await(20, TimeUnit.SECONDS);
                    } catch (Exception e) {
                        throw new EncoderException("nobody came", e);
                    }
                    binding.run();
                }

                @Override
                public void close() {
                    binding.close();
                }
            };
        }

        @Override
        public void close() {
            sound.close();
        }
    }

    /** A session that runs out of memory after some runs. */
    private static final class Failing implements GraphSession {

        private final GraphSession sound;
        private final int most;
        private int runs;
        private int open;
        private boolean closed;

        Failing(GraphSession sound, int most) {
            this.sound = sound;
            this.most = most;
        }

        @Override
        public String place() {
            return "cuda:7";
        }

        @Override
        public Binding bind(Buffers buffers, int rows) {
            Binding binding = sound.bind(buffers, rows);
            open++;
            return new Binding() {
                @Override
                public void run() {
                    if (++runs > most) {
                        throw new EncoderException("out of memory");
                    }
                    binding.run();
                }

                @Override
                public void close() {
                    open--;
                    binding.close();
                }
            };
        }

        @Override
        public void close() {
            closed = true;
            sound.close();
        }
    }
}
