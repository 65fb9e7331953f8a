package io.seismo.bench;

import io.seismo.encoder.Encoder;
import io.seismo.encoder.onnx.OnnxEncoders;
import io.seismo.spec.AggregatorSpec;
import io.seismo.spec.AlertPlan;
import io.seismo.spec.DetectorPlan;
import io.seismo.spec.MonitorPlan;
import io.seismo.spec.TapPlan;
import io.seismo.spec.Timing;
import io.seismo.spec.WatchPlan;
import io.seismo.wire.Dtype;
import io.seismo.wire.Severity;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What benchmarks run: one tap of 384 bf16, one SAE of 3,072, all features of every request, four watch entries. */
final class BenchPlans {

    static final int D_IN = 384;
    static final int D_SAE = 3072;
    static final String MODEL = "bench";
    static final String HOOK = "blocks.3.resid_post";

    private static final String SAE = "topics";
    private static final List<Integer> WATCHED = List.of(5, 700, 1400, 3000);

    private BenchPlans() {}

    /**
     * A plan.
     *
     * @param deployment prefix of topics
     * @param timing panes
     * @param cap score above which a request breaches at once
     */
    static MonitorPlan plan(String deployment, Timing timing, float cap) {
        TapPlan.EncoderPlan sae = new TapPlan.EncoderPlan(SAE, "bench/sae", false, D_SAE, WATCHED, 1.0);
        List<MonitorPlan.Column> columns = new ArrayList<>();
        List<WatchPlan> watches = new ArrayList<>();
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < WATCHED.size(); i++) {
            String id = "watch-" + i;
            ids.add(id);
            columns.add(new MonitorPlan.Column("mid", SAE, WATCHED.get(i)));
            AggregatorSpec aggregate = i % 2 == 0 ? new AggregatorSpec.Max() : new AggregatorSpec.EmaMax(0.5f);
            watches.add(new WatchPlan(id, List.of(i), aggregate, 3f, Severity.SEVERITY_PAGE, "safety", "", "", 0));
        }
        return new MonitorPlan(
                1,
                "0".repeat(64),
                deployment,
                MODEL,
                "r1",
                timing,
                new MonitorPlan.Shape(2, 2),
                new MonitorPlan.RequestLife(60_000, 600_000, 20_000),
                new MonitorPlan.BaselinePolicy(6 * 3_600_000L, 2_000, 24 * 3_600_000L),
                List.of(new TapPlan("mid", HOOK, D_IN, Dtype.DTYPE_BF16, true, true, 100f, List.of(sae))),
                columns,
                watches,
                List.of(
                        new DetectorPlan.Cap("never", ids, cap, "bench"),
                        new DetectorPlan.Rate("rate", ids, 6, List.of(2.0, 5.0), 0.8)),
                List.of(new AlertPlan("FeatureSpike", List.of("never", "rate"), 0, 60_000, null, "", List.of(), "")));
    }

    /** The plan's encoder. */
    static Map<String, Encoder> encoders(Path sae) {
        return Map.of(SAE, OnnxEncoders.open(sae.toString(), WATCHED, true, Dtype.DTYPE_BF16));
    }
}
