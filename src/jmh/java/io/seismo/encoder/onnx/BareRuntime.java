package io.seismo.encoder.onnx;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.seismo.weights.EncoderWeights;
import io.seismo.weights.load.WeightLoader;
import io.seismo.wire.Dtype;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The limit: ONNX Runtime alone on bf16 rows and all columns of an SAE, every tensor made beforehand, one thread, results
 * not looked at.
 */
public final class BareRuntime implements AutoCloseable {

    private final OrtGraphSession owner;
    private final List<Map<String, OnnxTensor>> inputs = new ArrayList<>();
    private final Map<String, OnnxTensor> output;
    private int next;

    /**
     * Of the benchmark's small SAE: d_in 384, 3,072 features.
     *
     * @param batches row-major bf16 bytes, all of the same number of rows
     * @param rows in a batch
     */
    public BareRuntime(List<byte[]> batches, int rows) throws OrtException {
        this(
                new OnnxGraph(Dtype.DTYPE_BF16, BenchmarkSaes.D_IN, BenchmarkSaes.D_SAE),
                new OrtGraphSession.Weights(
                        BenchmarkSaes.gaussian(BenchmarkSaes.D_IN * BenchmarkSaes.D_SAE, 0.05),
                        BenchmarkSaes.gaussian(BenchmarkSaes.D_SAE, 0.1)),
                batches,
                rows);
    }

    private BareRuntime(OnnxGraph graph, OrtGraphSession.Weights weights, List<byte[]> batches, int rows)
            throws OrtException {
        OrtEnvironment environment = OnnxRuntime.get().environment();
        owner = OrtGraphSession.open(environment, graph, weights);
        for (byte[] batch : batches) {
            ByteBuffer data = direct(batch.length).put(batch).flip();
            inputs.add(Map.of(
                    OnnxGraph.INPUT,
                    OnnxTensor.createTensor(environment, data, new long[] {rows, graph.dIn()}, OnnxJavaType.BFLOAT16)));
        }
        output = Map.of(
                Ending.PRE,
                OnnxTensor.createTensor(
                        environment,
                        direct(rows * graph.columns() * Float.BYTES),
                        new long[] {rows, graph.columns()},
                        OnnxJavaType.FLOAT));
    }

    /** Of an SAE in a directory, its matrix packed. */
    public static BareRuntime of(Path sae, List<byte[]> batches, int rows) throws OrtException {
        EncoderWeights weights = WeightLoader.load(sae.toString());
        ByteBuffer bias = OrtGraphSession.direct(weights.bias());
        return new BareRuntime(
                new OnnxGraph(Dtype.DTYPE_BF16, weights.dIn(), weights.width()),
                new OrtGraphSession.Weights(weights.matrix(), Packing.PACKED, bias, bias),
                batches,
                rows);
    }

    private static ByteBuffer direct(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    }

    /** Encodes the next batch. */
    public void run() throws OrtException {
        try (OrtSession.Result result = owner.session().run(inputs.get(next), output)) {
            next = (next + 1) % inputs.size();
            if (result.size() != 1) {
                throw new IllegalStateException("not one result");
            }
        }
    }

    /** Directory of the SAE with these weights: JumpReLU, about 64 of 3,072 features fire on a Gaussian row. */
    public static Path sae() throws IOException {
        return BenchmarkSaes.small();
    }

    /** Directory of an SAE of any size that the heap of a test can make, about 64 features of which fire on a Gaussian row. */
    public static Path sae(int dIn, int dSae) throws IOException {
        return BenchmarkSaes.sparse(dIn, dSae, 64);
    }

    /** Directory of an SAE of 65,536 features at d_in 4,096, all but the first 256 columns a hole in the file. */
    public static Path largeSae() throws IOException {
        return BenchmarkSaes.large();
    }

    @Override
    public void close() {
        inputs.forEach(input -> input.values().forEach(OnnxTensor::close));
        output.values().forEach(OnnxTensor::close);
        owner.close();
    }
}
