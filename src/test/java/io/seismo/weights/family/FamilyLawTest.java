package io.seismo.weights.family;

import static org.assertj.core.api.Assertions.assertThat;

import io.seismo.encoder.Encoder;
import io.seismo.encoder.NaiveEncoder;
import io.seismo.encoder.Rows;
import io.seismo.encoder.SparseRows;
import io.seismo.encoder.onnx.OnnxEncoders;
import io.seismo.weights.EncoderWeights;
import io.seismo.weights.load.SaeImport;
import io.seismo.weights.load.WeightLoader;
import io.seismo.wire.Dtype;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * The law {@code |Δ| ≤ 8·√d·2⁻²⁴·(‖u‖·‖w_i‖ + |c_i|)} for every family, against its own equations: the fast encoder, full
 * and watched, and the double control; features fire otherwise only where the oracle is that close to a limit. Each trap
 * is the law broken when the equations fall into it.
 */
class FamilyLawTest {

    private static final int ROWS = 48;

    @TempDir
    Path directory;

    private int importedSaes;

    @TestFactory
    Stream<DynamicTest> shouldStayWithinTheBandWhenComparedWithTheFamilysOwnEquations() throws IOException {
        Map<String, Double> worst = new TreeMap<>();
        List<DynamicTest> tests = new ArrayList<>();
        for (FamilyCase sae : all()) {
            tests.add(DynamicTest.dynamicTest(sae.name(), () -> {
                Verdict verdict = compare(sae, sae.right());
                worst.merge(sae.name(), verdict.worst, Math::max);
                System.out.printf(
                        "family law %s: worst ratio %.3f, control %.3f, %d values, %d flips inside the band%n",
                        sae.name(), verdict.worst, verdict.control, verdict.values, verdict.flips);
                assertThat(verdict.worst).isLessThan(1);
                assertThat(verdict.control).isLessThan(1);
                assertThat(verdict.strays).isZero();
                assertThat(verdict.values).isPositive();
            }));
        }
        return tests.stream();
    }

    @TestFactory
    Stream<DynamicTest> shouldBreakTheLawWhenTheEquationsFallIntoATrap() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        for (FamilyCase sae : all()) {
            sae.wrong()
                    .forEach((trap, equations) -> tests.add(DynamicTest.dynamicTest(sae.name() + ": " + trap, () -> {
                        Verdict verdict = compare(sae, equations);
                        assertThat(verdict.worst > 1 || verdict.strays > 0)
                                .as("worst ratio %s, %s strays", verdict.worst, verdict.strays)
                                .isTrue();
                    })));
        }
        return tests.stream();
    }

    @TestFactory
    Stream<DynamicTest> shouldGiveTheSameBitsWhenImported() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        for (FamilyCase sae : all()) {
            tests.add(DynamicTest.dynamicTest(sae.name(), () -> {
                FamilyCase imported = imported(sae);
                Verdict verdict = compare(imported, sae.right());
                System.out.printf("imported %s: worst ratio %.3f%n", sae.name(), verdict.worst);
                assertThat(verdict.worst).isLessThan(1);
                assertThat(verdict.strays).isZero();
                assertThat(fingerprint(imported)).isEqualTo(fingerprint(sae));
                assertThat(features(imported)).isEqualTo(features(sae)).isNotEmpty();
            }));
        }
        return tests.stream();
    }

    private FamilyCase imported(FamilyCase sae) throws IOException {
        Path place = directory.resolve("imported").resolve("l" + importedSaes++);
        try (SaeImport work =
                SaeImport.begin(sae.location().toString(), place, new SaeImport.Options("", false, true))) {
            work.write(ignored -> {});
            work.finish();
        }
        return new FamilyCase(sae.name(), place, sae.dIn(), sae.dSae(), sae.right());
    }

    private static String fingerprint(FamilyCase sae) {
        EncoderWeights weights = WeightLoader.load(sae.location().toString());
        try (Encoder encoder = OnnxEncoders.open(weights, List.of(0), true, Dtype.DTYPE_BF16)) {
            return encoder.fingerprint() + encoder.weights();
        }
    }

    private static List<String> features(FamilyCase sae) {
        Rows rows = rows(Dtype.DTYPE_BF16, sae.dIn());
        BitSet chosen = new BitSet();
        chosen.set(0, ROWS);
        SparseRows sparse = new SparseRows();
        try (Encoder encoder = OnnxEncoders.open(sae.location().toString(), List.of(), true, Dtype.DTYPE_BF16)) {
            encoder.full(rows.block(), chosen, sparse);
        }
        List<String> features = new ArrayList<>();
        for (int e = 0; e < sparse.end(ROWS - 1); e++) {
            features.add(sparse.feature(e) + "=" + Float.floatToRawIntBits(sparse.value(e)));
        }
        return features;
    }

    private List<FamilyCase> all() throws IOException {
        List<FamilyCase> all = new ArrayList<>(SaeLensCases.all(directory.resolve("saelens")));
        all.addAll(OtherCases.all(directory.resolve("other")));
        return all;
    }

    private static Verdict compare(FamilyCase sae, FamilyCase.Equations equations) {
        Verdict verdict = new Verdict(sae, equations);
        for (Dtype dtype : List.of(Dtype.DTYPE_F32, Dtype.DTYPE_BF16)) {
            Rows rows = rows(dtype, sae.dIn());
            BitSet chosen = new BitSet();
            chosen.set(0, ROWS);
            SparseRows sparse = new SparseRows();
            List<Integer> watched = IntStream.range(0, sae.dSae())
                    .filter(f -> f % 3 != 1)
                    .boxed()
                    .toList();
            float[] values = new float[ROWS * watched.size()];
            EncoderWeights weights = WeightLoader.load(sae.location().toString());
            try (Encoder encoder = OnnxEncoders.open(weights, watched, true, dtype)) {
                encoder.full(rows.block(), chosen, sparse);
                encoder.watch(rows.block(), values, 0, watched.size());
            }
            NaiveEncoder naive = new NaiveEncoder(weights);
            for (int r = 0; r < ROWS; r++) {
                double[] dense = new double[sae.dSae()];
                for (int e = sparse.start(r); e < sparse.end(r); e++) {
                    dense[sparse.feature(e)] = sparse.value(e);
                }
                verdict.judge(rows.values()[r], dense, false);
                for (int c = 0; c < watched.size(); c++) {
                    dense[watched.get(c)] = values[r * watched.size() + c];
                }
                verdict.judge(rows.values()[r], dense, false);
                verdict.judge(rows.values()[r], naive.encode(rows.block(), r), true);
            }
        }
        return verdict;
    }

    /** Every third row is so short that an epsilon shows. */
    private static Rows rows(Dtype dtype, int dIn) {
        float[][] values = Rows.random(dtype, ROWS, dIn, 77).values();
        for (int r = 0; r < ROWS; r += 3) {
            for (int i = 0; i < dIn; i++) {
                values[r][i] *= 1e-3f;
            }
        }
        return Rows.of(dtype, values);
    }

    /** Collects the worst ratio to the band, flips inside it, and strays outside. */
    private static final class Verdict {

        private final FamilyCase.Equations equations;
        private final double[] constants;
        private final double[] norms;
        private double worst;
        private double control;
        private int values;
        private int flips;
        private int strays;

        /** The band comes from the right equations, at zero and at each unit vector: they are affine. */
        Verdict(FamilyCase sae, FamilyCase.Equations equations) {
            this.equations = equations;
            this.constants = sae.right().pre().apply(new double[sae.dIn()]);
            this.norms = new double[sae.dSae()];
            for (int i = 0; i < sae.dIn(); i++) {
                double[] unit = new double[sae.dIn()];
                unit[i] = 1;
                double[] at = sae.right().pre().apply(unit);
                for (int f = 0; f < norms.length; f++) {
                    norms[f] = Math.hypot(norms[f], at[f] - constants[f]);
                }
            }
        }

        void judge(float[] row, double[] features, boolean naive) {
            double[] x = IntStream.range(0, row.length).mapToDouble(i -> row[i]).toArray();
            double[] u = equations.norm().apply(x);
            double length =
                    Math.sqrt(Arrays.stream(u).map(value -> value * value).sum());
            double[] pre = equations.pre().apply(u);
            double[] above = equations.rule().above(u, pre);
            double widest = 0;
            double[] band = new double[pre.length];
            for (int f = 0; f < band.length; f++) {
                band[f] = 8 * Math.sqrt(row.length) * 0x1p-24 * (length * norms[f] + Math.abs(constants[f]));
                widest = Math.max(widest, band[f]);
            }
            for (int f = 0; f < band.length; f++) {
                if (features[f] > 0) {
                    double ratio = Math.abs(features[f] - pre[f]) / band[f];
                    worst = naive ? worst : Math.max(worst, ratio);
                    control = naive ? Math.max(control, ratio) : control;
                    values++;
                }
                if (above[f] > 0 != features[f] > 0) {
                    flips++;
                    strays += Math.abs(above[f]) <= band[f] + widest ? 0 : 1;
                }
            }
        }
    }
}
