package io.seismo.encoder.onnx;

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

/** A process of its own that does one thing many times and prints by how many bytes it grew. */
final class NativeMemory {

    static final int CALLS = 20_000;
    static final int OPENINGS = 10;
    /** d_in and d_sae of the encoder that is opened again and again: 4 MiB of weights. */
    static final int D = 1024;

    private static final int WARM_UP = 2;

    private final List<AutoCloseable> kept = new ArrayList<>();
    private final EncoderWeights large = TestWeights.identity(D, new Activation.Relu());

    private NativeMemory() {}

    /** Takes the name of what to do. */
    public static void main(String[] arguments) throws IOException {
        NativeMemory process = new NativeMemory();
        Runnable round = switch (arguments[0]) {
            case "encode" -> process.encoding();
            case "lose-tensors" -> process::loseTensors;
            case "reopen" -> () -> process.open(true);
            case "keep-open" -> () -> process.open(false);
            default -> throw new IllegalArgumentException(arguments[0]);
        };
        for (int i = 0; i < WARM_UP; i++) {
            round.run();
        }
        long before = resident();
        round.run();
        System.out.println("grew " + (resident() - before));
        Runtime.getRuntime().halt(0);
    }

    private Runnable encoding() {
        EncoderWeights weights = TestWeights.random(16, 64, new Activation.Relu(), InputNorm.NONE);
        Encoder encoder = OnnxEncoders.open(weights, List.of(1, 2), true, Dtype.DTYPE_BF16);
        kept.add(encoder);
        Rows rows = Rows.random(Dtype.DTYPE_BF16, 8, 16, 3);
        SparseRows sparse = new SparseRows();
        BitSet first = new BitSet();
        first.set(0);
        return () -> {
            float[] out = new float[16];
            for (int i = 0; i < CALLS; i++) {
                int count = 1 + i % 8;
                encoder.watch(rows.slice(0, count), out, 0, 2);
                encoder.full(rows.slice(0, count), first, sparse);
            }
        };
    }

    private void loseTensors() {
        OnnxGraph graph = new OnnxGraph(Dtype.DTYPE_F32, 2, 2);
        ByteBuffer memory = ByteBuffer.allocateDirect(64).order(ByteOrder.LITTLE_ENDIAN);
        GraphSession session = OrtGraphSession.open(
                OnnxRuntime.get().environment(),
                graph,
                new OrtGraphSession.Weights(memory.slice(0, 16), memory.slice(16, 8)));
        kept.add(session);
        for (int i = 0; i < CALLS; i++) {
            session.bind(new GraphSession.Buffers(memory, memory, memory), 1);
        }
    }

    private void open(boolean close) {
        for (int i = 0; i < OPENINGS; i++) {
            Encoder encoder = OnnxEncoders.open(large, List.of(1), true, Dtype.DTYPE_BF16);
            encoder.watch(Rows.random(Dtype.DTYPE_BF16, 4, D, 1).block(), new float[4], 0, 1);
            if (close) {
                encoder.close();
            } else {
                kept.add(encoder);
            }
        }
    }

    private static long resident() throws IOException {
        System.gc();
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("\\D", "")) << 10;
            }
        }
        throw new IOException("no VmRSS");
    }
}
