package io.seismo.activation;

import io.seismo.encoder.Encoder;
import io.seismo.spec.AggregatorSpec;
import io.seismo.spec.DetectorPlan;
import io.seismo.spec.MonitorPlan;
import io.seismo.spec.TapPlan;
import io.seismo.spec.TapPlan.EncoderPlan;
import io.seismo.spec.Timing;
import io.seismo.spec.WatchPlan;
import io.seismo.wire.Dtype;
import io.seismo.wire.Severity;
import java.util.List;
import java.util.Map;

/** A small plan for tests: one tap of width 4 in f32, an SAE of 600 features, a probe. */
public final class TestPlans {

    public static final int D_IN = 4;
    public static final int WIDTH = 600;
    public static final String HOOK = "blocks.3.resid_post";
    public static final String MODEL = "tiny";
    public static final String REVISION = "r1";

    private TestPlans() {}

    /** The plan, with half of all requests fully encoded and room for {@code maxOpen} requests. */
    public static MonitorPlan plan(int maxOpen) {
        return plan(1, Dtype.DTYPE_F32, maxOpen);
    }

    /** The plan of an epoch for another dtype. */
    public static MonitorPlan plan(long epoch, Dtype dtype, int maxOpen) {
        List<EncoderPlan> encoders = List.of(
                new EncoderPlan("probe", "demo/probe", true, 1, List.of(0), 0),
                new EncoderPlan("topics", "demo/sae", false, WIDTH, List.of(3, 300), 0.5));
        TapPlan tap = new TapPlan("mid", HOOK, D_IN, dtype, true, true, 50f, encoders);
        return new MonitorPlan(
                epoch,
                "0".repeat(64),
                "test",
                MODEL,
                REVISION,
                Timing.DEFAULT,
                new MonitorPlan.Shape(2, 3),
                new MonitorPlan.RequestLife(60_000, 600_000, maxOpen),
                new MonitorPlan.BaselinePolicy(0, 0, 0),
                List.of(tap),
                List.of(
                        new MonitorPlan.Column("mid", "probe", 0),
                        new MonitorPlan.Column("mid", "topics", 3),
                        new MonitorPlan.Column("mid", "topics", 300)),
                List.of(
                        watch("both", List.of(1, 2), new AggregatorSpec.Max(), 2f),
                        watch("calm", List.of(0), new AggregatorSpec.EmaMax(0.5f), 1f)),
                List.of(
                        new DetectorPlan.Cap("never", List.of("both", "calm"), 4f, "a.researcher 2026-11-20"),
                        new DetectorPlan.Cap("ultra", List.of("both"), 6f, "a.researcher 2026-11-20")),
                List.of());
    }

    /** Encoders that fit the plan. */
    public static Map<String, Encoder> encoders() {
        return Map.of("probe", new LinearEncoder(1, List.of(0)), "topics", new LinearEncoder(WIDTH, List.of(3, 300)));
    }

    private static WatchPlan watch(String id, List<Integer> columns, AggregatorSpec aggregator, float firesAbove) {
        return new WatchPlan(id, columns, aggregator, firesAbove, Severity.SEVERITY_PAGE, "safety", "", "", 0);
    }
}
