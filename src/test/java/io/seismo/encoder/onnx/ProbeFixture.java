package io.seismo.encoder.onnx;

import io.seismo.encoder.Encoder;
import io.seismo.encoder.RowBlock;
import io.seismo.encoder.Rows;
import io.seismo.encoder.SparseRows;
import io.seismo.spec.MonitorPlan;
import io.seismo.spec.Planner;
import io.seismo.spec.SpecParser;
import io.seismo.weights.TensorType;
import io.seismo.weights.family.RandomSae;
import io.seismo.weights.file.NpzWriter;
import io.seismo.weights.file.SafetensorsWriter;
import io.seismo.weights.load.WeightCatalog;
import io.seismo.weights.onnx.OnnxFiles;
import io.seismo.wire.Dtype;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;

/** A spec with every form of probe on two hook points, its files and its opened encoders. */
final class ProbeFixture implements AutoCloseable {

    static final int MID = 384;
    static final int LATE = 64;

    final MonitorPlan plan;
    final OnnxPlanEncoders encoders;
    private final Map<OnnxPlanEncoders.WholeSae, Encoder> whole = new HashMap<>();

    ProbeFixture(Path directory) throws IOException {
        files(directory);
        String spec = """
                seismo: 1
                model: { name: all-MiniLM-L6-v2, revision: demo-1 }
                taps:
                  late: { hook: blocks.3.hook_resid_post, d_in: 64, dtype: f32, skip: [padding] }
                  mid: { hook: blocks.3.resid_post, d_in: 384, dtype: bf16, skip: [padding] }
                encoders:
                  topics: { sae: demo/sae, tap: mid, full: every request }
                  top: { sae: DIR/top, tap: late }
                  lr: { probe: demo/phishing.safetensors, tap: mid }
                  unit: { probe: demo/phishing.safetensors, tap: mid, score: unit }
                  both: { probe: DIR/both.safetensors, tap: [mid, late] }
                  mlp: { probe: DIR/mlp.safetensors, tap: mid }
                  mlp-both: { probe: DIR/mlp-both.safetensors, tap: [late, mid] }
                  forest: { probe: DIR/forest.npz, tap: mid, features: topics }
                  head: { probe: DIR/head.safetensors, tap: late, features: top }
                  onnx: { probe: DIR/three.onnx, tap: [late, mid] }
                watch:
                  a: { read: "max(topics/3, topics/38, topics/87, topics/88)" }
                  b: { read: "max(top/5, top/11)" }
                  c: { read: "max(lr, unit, both, mlp, mlp-both)" }
                  d: { read: "max(forest, head)" }
                  e: { read: "max(onnx/0, onnx/2)" }
                detectors:
                  rate: { watch: "*", method: cusum, false_pages_per_week: 1 }
                alerts:
                  Spike: { from: [rate] }
                receivers:
                  log: { log: text, severity: [page, ticket, info] }
                """.replace("DIR", directory.toString()).replaceAll("read: (.*) }", "read: $1, severity: info }");
        plan = Planner.plan(
                SpecParser.parse("probes.yaml", spec.getBytes(StandardCharsets.UTF_8)), new WeightCatalog(), 1);
        encoders = OnnxPlanEncoders.open(
                plan.taps(),
                (sae, weights) -> whole.computeIfAbsent(sae, wanted -> OnnxEncoders.open(weights, wanted)));
    }

    private static void files(Path directory) throws IOException {
        new RandomSae("topk", TensorType.F32, LATE, 96, 5).write(Files.createDirectory(directory.resolve("top")));
        Path config = directory.resolve("top/cfg.json");
        Files.writeString(config, Files.readString(config).replaceAll("\"m\"", "\"all-MiniLM-L6-v2\""));
        new SafetensorsWriter()
                .add("weight", TensorType.F32, draw(1, MID + LATE), MID + LATE)
                .add("bias", TensorType.F32, new float[] {0.25f}, 1)
                .write(directory.resolve("both.safetensors"));
        new SafetensorsWriter()
                .add("0.weight", TensorType.F32, draw(2, 24 * MID), 24, MID)
                .add("0.bias", TensorType.F32, draw(3, 24), 24)
                .add("2.weight", TensorType.F32, draw(4, 24), 1, 24)
                .metadata("activation", "tanh")
                .write(directory.resolve("mlp.safetensors"));
        new SafetensorsWriter()
                .add("0.weight", TensorType.BF16, draw(5, 8 * (MID + LATE)), 8, MID + LATE)
                .add("2.weight", TensorType.F32, draw(6, 32), 4, 8)
                .add("4.weight", TensorType.F32, draw(7, 4), 1, 4)
                .write(directory.resolve("mlp-both.safetensors"));
        new SafetensorsWriter()
                .add("0.weight", TensorType.F32, draw(8, 12 * 96), 12, 96)
                .add("2.weight", TensorType.F32, draw(9, 12), 1, 12)
                .metadata("activation", "silu")
                .write(directory.resolve("head.safetensors"));
        try (NpzWriter npz = new NpzWriter(directory.resolve("forest.npz"))) {
            npz.longs("tree.offsets", 0, 5, 8);
            npz.longs("tree.feature", 87, 3, -2, -2, -2, 38, -2, -2);
            npz.longs("tree.left", 1, 2, -1, -1, -1, 1, -1, -1);
            npz.longs("tree.right", 4, 3, -1, -1, -1, 2, -1, -1);
            floats(npz, "tree.threshold", 0, 0, 0, 0, 0, 0.125f, 0, 0);
            floats(npz, "tree.value", 0, 0, 0.5f, 1.5f, 4, 0, -1, 2.25f);
        }
        float[] flat = draw(10, (MID + LATE) * 3);
        float[][] matrix = new float[MID + LATE][3];
        for (int i = 0; i < matrix.length; i++) {
            System.arraycopy(flat, i * 3, matrix[i], 0, 3);
        }
        OnnxFiles.write(directory.resolve("three.onnx"), OnnxFiles.linear(matrix, new float[] {1, 2, 3}));
    }

    static float[] draw(long seed, int count) {
        Random random = new Random(seed);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian() * 0.1f;
        }
        return values;
    }

    private static void floats(NpzWriter npz, String name, float... values) throws IOException {
        npz.stream(name, "<f4", new ByteArrayInputStream(OnnxFiles.bytes(values)), values.length);
    }

    /** SAEs that were opened whole. */
    Map<OnnxPlanEncoders.WholeSae, Encoder> whole() {
        return whole;
    }

    /** Column of an encoder's output or feature. */
    int column(String encoder, int feature) {
        for (int c = 0; c < plan.columns().size(); c++) {
            if (plan.columns().get(c).encoder().equals(encoder)
                    && plan.columns().get(c).feature() == feature) {
                return c;
            }
        }
        throw new AssertionError("no column " + encoder + "/" + feature);
    }

    static Map<String, RowBlock> rows(int count) {
        return Map.of(
                "mid", Rows.random(Dtype.DTYPE_BF16, count, MID, 1).block(),
                "late", Rows.random(Dtype.DTYPE_F32, count, LATE, 2).block());
    }

    /** Watched columns, row-major. */
    float[] watch(Map<String, RowBlock> rows, int count) {
        return watch(rows, Map.of(), count);
    }

    float[] watch(Map<String, RowBlock> rows, Map<String, SparseRows> codes, int count) {
        SortedMap<String, Encoder> byName = encoders.byName();
        float[] out = new float[count * plan.columns().size()];
        byName.get("lr").joint().watch(rows, codes, count, out);
        return out;
    }

    @Override
    public void close() {
        encoders.close();
        whole.values().forEach(Encoder::close);
    }
}
