package io.seismo.bench;

import io.seismo.encoder.Encoder;
import io.seismo.encoder.RowBlock;
import io.seismo.encoder.SparseRows;
import io.seismo.encoder.onnx.BareRuntime;
import io.seismo.encoder.onnx.OnnxEncoders;
import io.seismo.wire.Dtype;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** All features of SAEs of four sizes, beside the bare runtime and what the core can multiply at all. */
@Command(
        name = "encode",
        mixinStandardHelpOptions = true,
        description =
                "Tokens a second of four sizes of SAE, all features, beside the bare ONNX Runtime and the core's peak.",
        footer = {
            "",
            "bf16 rows in, what fired out; one thread, in its CPU time, so that a busy machine disturbs it less. The peak is",
            "a loop of fused multiply-adds in the first cache, in turns with the rest. The largest needs 3 GiB; its",
            "weights are 0 but for 256 columns. Example: ./seismo bench encode --rows 128 --seconds 3"
        })
final class EncodeBench implements Callable<Integer> {

    private static final int[][] SIZES = {{384, 3_072}, {768, 24_576}, {2_304, 16_384}, {4_096, 65_536}};
    private static final int TURNS = 7;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    @Mixin
    private Report report = new Report();

    @Option(
            names = "--rows",
            paramLabel = "N",
            split = ",",
            defaultValue = "1,32,128",
            description = "Rows of a call. Default: ${DEFAULT-VALUE}.")
    private List<Integer> rows = List.of();

    private final FmaPeak peak = new FmaPeak();
    private float kept;

    @Override
    public Integer call() throws Exception {
        warmUp();
        for (int[] size : SIZES) {
            String name = String.format(Locale.ROOT, "%,d x %,d", size[0], size[1]);
            report.say("measuring " + name);
            Path sae = size[1] == 65_536 ? BareRuntime.largeSae() : BareRuntime.sae(size[0], size[1]);
            try (Encoder encoder = OnnxEncoders.open(sae.toString(), List.of(), true, Dtype.DTYPE_BF16)) {
                for (int count : rows) {
                    measure(name + ", " + count + (count == 1 ? " row" : " rows"), sae, encoder, count);
                }
            }
        }
        report.note("Median of " + TURNS
                + " turns of each; CPU time of one thread. Peak: a Java loop of fused multiply-adds"
                + (Float.isNaN(kept) ? "?" : "."));
        return report.done();
    }

    private void warmUp() {
        for (int i = 0; i < 50; i++) {
            kept += peak.run();
        }
    }

    private void measure(String name, Path sae, Encoder encoder, int count) throws Exception {
        byte[] batch = BenchRows.bytes(count, encoder.dIn(), count);
        RowBlock block = BenchRows.block(batch, count, encoder.dIn());
        BitSet all = new BitSet();
        all.set(0, count);
        SparseRows fired = new SparseRows();
        Samples ours = new Samples();
        Samples bare = new Samples();
        Samples ratio = new Samples();
        Samples ofPeak = new Samples();
        try (BareRuntime runtime = BareRuntime.of(sae, List.of(batch), count)) {
            Callable<Void> encode = () -> {
                encoder.full(block, all, fired);
                return null;
            };
            Callable<Void> alone = () -> {
                runtime.run();
                return null;
            };
            int calls = calls(encode);
            nanos(alone, calls);
            for (int turn = 0; turn < TURNS; turn++) {
                double encodeNanos = nanos(encode, calls);
                double aloneNanos = nanos(alone, calls);
                double peakNanos = nanos(this::runPeak, 5) / 5;
                double operations = 2.0 * encoder.dIn() * encoder.width() * count * calls;
                ours.add(count * calls * 1e9 / encodeNanos);
                bare.add(count * calls * 1e9 / aloneNanos);
                ratio.add(aloneNanos / encodeNanos);
                ofPeak.add(operations / aloneNanos / (FmaPeak.OPERATIONS / peakNanos) * 100);
            }
        }
        report.add(Figure.beside(name, ours.median(), "tokens/s", "bare ONNX Runtime", bare.median())
                .withRatio(ratio.median()));
        report.add(Figure.plain("  the bare runtime reaches", ofPeak.median(), "% of the peak"));
        report.add(Figure.plain("  fired on a row", fired.end(fired.rows() - 1) / (double) fired.rows(), "features"));
    }

    private Void runPeak() {
        kept += peak.run();
        return null;
    }

    /** So many that a turn lasts about as long as was asked for. */
    private int calls(Callable<Void> call) throws Exception {
        nanos(call, 3);
        double once = Math.max(1, nanos(call, 3) / 3);
        return Math.max(1, (int) (report.seconds(2) * 1e9 / TURNS / once));
    }

    /** CPU time of this thread. */
    private static double nanos(Callable<Void> call, int times) throws Exception {
        long begin = THREADS.getCurrentThreadCpuTime();
        for (int i = 0; i < times; i++) {
            call.call();
        }
        return THREADS.getCurrentThreadCpuTime() - begin;
    }
}
