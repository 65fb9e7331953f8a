package io.seismo.app.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.seismo.app.live.EncoderShelf;
import io.seismo.encoder.NaiveEncoder;
import io.seismo.encoder.RowBlock;
import io.seismo.encoder.SparseRows;
import io.seismo.encoder.check.Explained;
import io.seismo.encoder.onnx.OnnxEncoders;
import io.seismo.reference.ProductionRun;
import io.seismo.reference.Watched;
import io.seismo.spec.MonitorPlan;
import io.seismo.spec.Planner;
import io.seismo.spec.SpecParser;
import io.seismo.weights.EncoderWeights;
import io.seismo.weights.load.WeightCatalog;
import io.seismo.weights.load.WeightLoader;
import io.seismo.wire.ActivationRecord;
import io.seismo.wire.AlertCore;
import io.seismo.wire.AlertState;
import io.seismo.wire.AlertTransition;
import io.seismo.wire.Dtype;
import io.seismo.wire.Tick;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The demo's real model and SAE, from rows to an alert: rows the SAE was trained on leave the alert alone; rows of the block
 * before, and rows half as long again, are found.
 */
class SaeDriftTest {

    private static final long START = 1_790_000_040_000L;
    private static final int MINUTES = 6;
    private static final int TEXTS = 54;

    @TempDir
    private static Path scratch;

    private static MonitorPlan plan;
    private static List<CapturedText> trained;
    private static List<CapturedText> earlier;

    @BeforeAll
    static void serve() throws Exception {
        String spec = Files.readString(Path.of("topology/monitor.yaml"))
                .replace("full: 10% of requests", "full: every request")
                .replace("{ activations: 2, watch: 2 }", "{ activations: 1, watch: 1 }")
                .replace("\nalerts:", """

                          drift: { source: reconstruction, method: ceiling, encoder: topics, above: 28%, window: 2m, \
                        false_pages_per_week: 0.1 }
                          sparse: { source: l0, method: band, encoder: topics, least: 20, most: 50, window: 2m, \
                        false_pages_per_week: 0.1 }

                        alerts:
                          SaeDrift: { from: [drift, sparse], severity: page }""");
        plan = Planner.plan(
                SpecParser.parse("monitor.yaml", spec.getBytes(StandardCharsets.UTF_8)), new WeightCatalog(), 1);
        trained = read(3);
        earlier = read(2);
    }

    private static List<CapturedText> read(int layer) throws Exception {
        List<CapturedText> read = new ArrayList<>();
        try (ServedModel model = ServedModel.load(scratch, layer)) {
            for (String text : DemoTexts.load().ordinary().subList(0, TEXTS)) {
                read.add(model.read(text));
            }
        }
        return read;
    }

    @Test
    void shouldLeaveTheAlertAloneWhenRowsAreThoseItWasTrainedOn() {
        assertThat(fired("as trained", trained)).isEmpty();
    }

    @Test
    void shouldPageWhenRowsAreOfTheBlockBefore() {
        assertThat(fired("blocks.2 instead of 3", earlier)).contains("drift");
    }

    @Test
    void shouldPageWhenRowsAreHalfAsLongAgain() {
        assertThat(fired(
                        "scaled by 1.5",
                        trained.stream().map(SaeDriftTest::longer).toList()))
                .contains("drift");
    }

    /** Names of the detectors whose alert fired; prints what they saw beside the FVU of the same rows. */
    private static List<String> fired(String what, List<CapturedText> texts) {
        Watched watched;
        try (EncoderShelf shelf = new EncoderShelf()) {
            ProductionRun run = new ProductionRun(plan, shelf.of(plan));
            watched = run.watch(run.score(List.of(records(texts))));
        }
        System.out.println("demo SAE, " + what + ": " + offline(texts));
        List<String> fired = new ArrayList<>();
        for (AlertTransition transition : watched.transitions()) {
            AlertCore core = transition.getCore();
            boolean drift = core.getLabelsList().stream()
                    .anyMatch(label -> label.getValue().equals("SaeDrift"));
            if (drift && core.getTo() == AlertState.ALERT_STATE_FIRING) {
                fired.add(core.getVerdicts(0).getDetector());
                System.out.println("   " + transition.getEvidence().getSummary());
            }
        }
        return fired;
    }

    private static List<byte[]> records(List<CapturedText> texts) {
        DemoCapture capture = new DemoCapture(
                "srv", new DemoCapture.DemoModelCard(plan.model(), plan.revision(), "blocks.3.resid_post", 384), 1);
        List<byte[]> records = new ArrayList<>();
        int next = 0;
        for (long ms = START; ms < START + MINUTES * 60_000L; ms += 10_000) {
            records.add(tick(ms));
            for (int i = 0; i < 3; i++) {
                DemoTraffic.Request request = new DemoTraffic.Request("r-" + next, ms, "", "a", "t");
                DemoCapture.Served served = new DemoCapture.Served(request, texts.get(next++ % texts.size()));
                records.add(Objects.requireNonNull(capture.pass(List.of(served), ms + 1_000, false))
                        .toByteArray());
            }
        }
        records.add(tick(START + MINUTES * 60_000L + 30_000));
        return records;
    }

    private static byte[] tick(long ms) {
        return ActivationRecord.newBuilder()
                .setSchemaVersion(1)
                .setTick(Tick.newBuilder().setTimeMs(ms).setPartitions(1).setEpoch(1))
                .build()
                .toByteArray();
    }

    private static String offline(List<CapturedText> texts) {
        EncoderWeights weights = WeightLoader.load("demo/sae");
        Explained explained = new Explained(WeightLoader.decoder("demo/sae").orElseThrow(), weights.norm());
        SparseRows sparse = new SparseRows();
        long rows = 0;
        long firings = 0;
        try (var encoder = OnnxEncoders.open(weights, List.of(), true, Dtype.DTYPE_BF16)) {
            for (CapturedText text : texts) {
                RowBlock block = new RowBlock(ByteBuffer.wrap(text.bf16()), Dtype.DTYPE_BF16, text.rows(), 384);
                BitSet all = new BitSet();
                all.set(0, text.rows());
                encoder.full(block, all, sparse);
                for (int r = 0; r < text.rows(); r++) {
                    if (text.rowKinds()[r] == 0) {
                        explained.add(NaiveEncoder.decode(block, r), sparse, r);
                        rows++;
                        firings += sparse.end(r) - sparse.start(r);
                    }
                }
            }
        }
        return String.format(
                java.util.Locale.ROOT,
                "%,d rows, FVU %.3f, unexplained %.1f %%, L0 %.1f",
                rows,
                explained.fvu(),
                100 * explained.unexplained(),
                (double) firings / rows);
    }

    private static CapturedText longer(CapturedText text) {
        ByteBuffer in = ByteBuffer.wrap(text.bf16()).order(ByteOrder.LITTLE_ENDIAN);
        float[] values = new float[text.bf16().length / 2];
        for (int i = 0; i < values.length; i++) {
            values[i] = 1.5f * Float.intBitsToFloat(in.getShort() << 16);
        }
        return new CapturedText(text.text(), text.tokens(), text.rowKinds(), ServedModel.bf16(values));
    }
}
