package io.seismo.encoder.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import io.seismo.encoder.Encoder;
import io.seismo.encoder.EncoderException;
import io.seismo.encoder.RowBlock;
import io.seismo.encoder.Rows;
import io.seismo.encoder.SparseRows;
import io.seismo.spec.Arithmetic;
import io.seismo.spec.Device;
import io.seismo.spec.Precision;
import io.seismo.spec.ProbePlan;
import io.seismo.spec.TapPlan;
import io.seismo.spec.TapPlan.EncoderPlan;
import io.seismo.weights.TensorType;
import io.seismo.weights.family.RandomSae;
import io.seismo.weights.load.WeightLoader;
import io.seismo.wire.Dtype;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Encoders of several precisions, and thresholds in place of top-k, on one hook point: each as if it were alone. */
class MixedPrecisionTest {

    private static final int D = 32;
    private static final int ROWS = 21;
    private static final List<Integer> WATCHED = List.of(1, 5, 90);

    @TempDir
    Path directory;

    private RowBlock rows;
    private String sae;
    private String topk;

    @BeforeEach
    void write() throws IOException {
        rows = Rows.random(Dtype.DTYPE_F32, ROWS, D, 3).block();
        sae = new RandomSae("jumprelu", TensorType.F32, D, 96, 1)
                .write(directory.resolve("sae"))
                .toString();
        topk = new RandomSae("topk", TensorType.F32, D, 480, 2)
                .write(directory.resolve("topk"))
                .toString();
    }

    private EncoderPlan encoder(String name, String location, Arithmetic arithmetic) {
        int width = location.equals(sae) ? 96 : 480;
        return new EncoderPlan(name, location, false, width, WATCHED, 1, "", ProbePlan.NONE, arithmetic);
    }

    private static Arithmetic thresholded(Precision precision) {
        return new Arithmetic(Device.CPU, precision, 1.25f);
    }

    /** Watched values by encoder, with all of them opened as one plan. */
    private Map<String, float[]> watch(EncoderPlan... encoders) {
        TapPlan tap = new TapPlan("mid", "", D, Dtype.DTYPE_F32, false, false, 0, List.of(encoders));
        List<Encoder> whole = new ArrayList<>();
        try (OnnxPlanEncoders opened = OnnxPlanEncoders.open(List.of(tap), (wanted, weights) -> {
            whole.add(OnnxEncoders.open(weights, wanted));
            return whole.get(whole.size() - 1);
        })) {
            int columns = encoders.length * WATCHED.size();
            float[] out = new float[ROWS * columns];
            opened.byName().get(encoders[0].name()).joint().watch(Map.of("mid", rows), Map.of(), ROWS, out);
            Map<String, float[]> byName = new HashMap<>();
            for (int e = 0; e < encoders.length; e++) {
                float[] own = new float[ROWS * WATCHED.size()];
                for (int r = 0; r < ROWS; r++) {
                    System.arraycopy(out, r * columns + e * WATCHED.size(), own, r * WATCHED.size(), WATCHED.size());
                }
                byName.put(encoders[e].name(), own);
            }
            return byName;
        } finally {
            whole.forEach(Encoder::close);
        }
    }

    private float[] alone(String location, Arithmetic arithmetic) {
        float[] out = new float[ROWS * WATCHED.size()];
        try (Encoder encoder =
                OnnxEncoders.open(WeightLoader.load(location), WATCHED, false, Dtype.DTYPE_F32, arithmetic)) {
            encoder.watch(rows, out, 0, WATCHED.size());
        }
        return out;
    }

    @Test
    void shouldGiveEachItsOwnNumbersWhenOneHookPointHasSeveralPrecisions() {
        Map<String, float[]> together = watch(
                encoder("a", sae, Arithmetic.PLAIN),
                encoder("b", sae, Arithmetic.in(Precision.BF16)),
                encoder("c", sae, Arithmetic.in(Precision.FP16)),
                encoder("d", sae, Arithmetic.in(Precision.INT8)));

        assertThat(together.get("a"))
                .containsExactly(watch(encoder("a", sae, Arithmetic.PLAIN)).get("a"));
        assertThat(together.get("a")).containsExactly(alone(sae, Arithmetic.PLAIN));
        assertThat(together.get("b")).containsExactly(alone(sae, Arithmetic.in(Precision.BF16)));
        assertThat(together.get("c")).containsExactly(alone(sae, Arithmetic.in(Precision.FP16)));
        assertThat(together.get("d")).containsExactly(alone(sae, Arithmetic.in(Precision.INT8)));
        assertThat(together.values().stream().map(Arrays::hashCode)).doesNotHaveDuplicates();
    }

    @Test
    void shouldPlanAMultiplicationForEachPrecisionAndNoneOfAWholeRowForAThreshold() {
        TapPlan tap = new TapPlan(
                "mid",
                "",
                D,
                Dtype.DTYPE_F32,
                false,
                false,
                0,
                List.of(
                        encoder("a", sae, Arithmetic.PLAIN),
                        encoder("b", sae, Arithmetic.in(Precision.INT8)),
                        encoder("c", topk, thresholded(Precision.INT8)),
                        encoder("d", topk, Arithmetic.PLAIN)));

        PlanNeeds needs = PlanNeeds.of(List.of(tap));

        assertThat(needs.watch())
                .extracting(
                        watch -> watch.graph().precision(),
                        watch -> watch.graph().columns())
                .containsExactly(tuple(Precision.FP32, 3), tuple(Precision.INT8, 6));
        assertThat(needs.full())
                .extracting(PlanNeeds.Full::encoders, PlanNeeds.Full::everyToken)
                .containsExactly(
                        tuple(List.of("a"), false),
                        tuple(List.of("b"), false),
                        tuple(List.of("c"), false),
                        tuple(List.of("d"), true));
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void shouldFireAboveTheThresholdInWatchAndFullWhenItStandsInForTopK(Precision precision) {
        Arithmetic arithmetic = thresholded(precision);
        BitSet all = new BitSet();
        all.set(0, ROWS);
        SparseRows full = new SparseRows();
        float[] watched = watch(encoder("t", topk, arithmetic), encoder("u", topk, Arithmetic.PLAIN))
                .get("t");
        try (Encoder encoder = OnnxEncoders.open(WeightLoader.load(topk), WATCHED, true, Dtype.DTYPE_F32, arithmetic)) {
            encoder.full(rows, all, full);
        }
        int fired = 0;
        for (int r = 0; r < ROWS; r++) {
            for (int e = full.start(r); e < full.end(r); e++) {
                assertThat(full.value(e)).isGreaterThan(1.25f);
                int column = WATCHED.indexOf(full.feature(e));
                if (column >= 0) {
                    assertThat(watched[r * 3 + column]).isEqualTo(full.value(e), within(1e-5f));
                    fired++;
                }
            }
        }
        int above = 0;
        for (float value : watched) {
            above += value > 0 ? 1 : 0;
        }
        assertThat(above).isEqualTo(fired).isPositive();
        assertThat(watched).isNotEqualTo(alone(topk, Arithmetic.PLAIN));
    }

    @Test
    void shouldNameTheThresholdInTheFingerprint() {
        List<String> prints = new ArrayList<>();
        for (Arithmetic arithmetic : List.of(
                Arithmetic.PLAIN,
                thresholded(Precision.FP32),
                new Arithmetic(Device.CPU, Precision.FP32, 1.5f),
                thresholded(Precision.BF16))) {
            TapPlan tap = new TapPlan(
                    "mid", "", D, Dtype.DTYPE_F32, false, false, 0, List.of(encoder("t", topk, arithmetic)));
            List<Encoder> whole = new ArrayList<>();
            try (OnnxPlanEncoders opened = OnnxPlanEncoders.open(List.of(tap), (wanted, weights) -> {
                whole.add(OnnxEncoders.open(weights, wanted));
                return whole.get(whole.size() - 1);
            })) {
                prints.add(opened.byName().get("t").fingerprint().replaceAll(", full .*", ""));
            } finally {
                whole.forEach(Encoder::close);
            }
        }
        assertThat(prints).doesNotHaveDuplicates();
    }

    @Test
    void shouldRefuseAThresholdForWhatIsNotTopKAndIntegersOnAGpu() {
        assertThatThrownBy(() -> watch(encoder("t", sae, thresholded(Precision.FP32))))
                .isInstanceOf(EncoderException.class)
                .hasMessageContaining("top-k only");
        assertThatThrownBy(() -> alone(sae, new Arithmetic(new Device(0, true), Precision.INT8, 0)))
                .isInstanceOf(EncoderException.class)
                .hasMessageContaining("int8 runs on the processor");
    }
}
