package io.seismo.bench;

import io.seismo.encoder.Encoder;
import io.seismo.encoder.RowBlock;
import io.seismo.encoder.SparseRows;
import io.seismo.encoder.onnx.BareRuntime;
import io.seismo.encoder.onnx.OnnxEncoders;
import io.seismo.wire.Dtype;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** 256 watched features against all 65,536 at d 4,096. */
@Command(
        name = "watch",
        mixinStandardHelpOptions = true,
        description = "A watch list of 256 features against all 65,536 of a large SAE, encoder alone.",
        footer = {
            "",
            "d 4,096, 65,536 features, 128 rows a call, one thread. Needs about 3 GiB: the weights are 1 GiB, and the",
            "runtime packs them once more. Example: ./seismo bench watch --seconds 10"
        })
final class WatchBench implements Callable<Integer> {

    private static final int D_IN = 4096;
    private static final int COLUMNS = 256;
    private static final int ROWS = 128;
    private static final int PAIRS = 5;
    private static final int CALLS_A_PAIR = 100;

    @Mixin
    private Report report = new Report();

    @Override
    public Integer call() throws Exception {
        Path sae = BareRuntime.largeSae();
        List<Integer> watched = IntStream.range(0, COLUMNS).boxed().toList();
        report.say("loading 1 GiB of weights");
        try (Encoder encoder = OnnxEncoders.open(sae.toString(), watched, true, Dtype.DTYPE_BF16)) {
            measure(encoder, rows());
        }
        return report.done();
    }

    private void measure(Encoder encoder, RowBlock rows) {
        BitSet all = new BitSet();
        all.set(0, ROWS);
        SparseRows fired = new SparseRows();
        float[] out = new float[ROWS * COLUMNS];
        encoder.full(rows, all, fired);
        watch(encoder, rows, out, CALLS_A_PAIR);
        Samples watch = new Samples();
        Samples full = new Samples();
        Samples ratio = new Samples();
        long end = System.nanoTime() + report.seconds(10) * 1_000_000_000L;
        for (int pair = 0; pair < PAIRS || System.nanoTime() < end; pair++) {
            long begin = System.nanoTime();
            watch(encoder, rows, out, CALLS_A_PAIR);
            double watched = CALLS_A_PAIR * ROWS * 1e9 / (System.nanoTime() - begin);
            begin = System.nanoTime();
            encoder.full(rows, all, fired);
            double whole = ROWS * 1e9 / (System.nanoTime() - begin);
            watch.add(watched);
            full.add(whole);
            ratio.add(watched / whole);
        }
        report.add(Figure.beside("watch list of 256", watch.median(), "tokens/s", "all 65,536 features", full.median())
                .withRatio(ratio.median())
                .aiming("ratio of at least 50", ratio.median() >= 50));
        report.note("Median of " + ratio.size() + " alternating pairs, " + ROWS + " rows a call.");
    }

    private static void watch(Encoder encoder, RowBlock rows, float[] out, int calls) {
        for (int i = 0; i < calls; i++) {
            encoder.watch(rows, out, 0, COLUMNS);
        }
    }

    private static RowBlock rows() {
        return BenchRows.block(BenchRows.bytes(ROWS, D_IN, 7), ROWS, D_IN);
    }
}
