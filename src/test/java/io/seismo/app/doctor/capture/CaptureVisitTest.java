package io.seismo.app.doctor.capture;

import static io.seismo.app.doctor.capture.Stream.D;
import static io.seismo.app.doctor.capture.Stream.HOOK;
import static io.seismo.app.doctor.capture.Stream.segment;
import static io.seismo.app.doctor.capture.Stream.tensor;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.seismo.app.doctor.Finding;
import io.seismo.app.doctor.Finding.Status;
import io.seismo.encoder.NaiveEncoder;
import io.seismo.encoder.TestWeights;
import io.seismo.spec.MonitorPlan;
import io.seismo.weights.Activation;
import io.seismo.weights.Decoder;
import io.seismo.weights.EncoderWeights;
import io.seismo.weights.InputNorm;
import io.seismo.weights.TensorType;
import io.seismo.wire.Dtype;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each question, on a stream that has the fault and on one that has not. */
class CaptureVisitTest {

    @TempDir
    private Path dir;

    private Stream stream;

    @BeforeEach
    void start() throws IOException {
        stream = new Stream(dir);
    }

    private static void is(Finding finding, Status status, String... words) {
        assertThat(finding.status()).as(finding.text()).isEqualTo(status);
        for (String word : words) {
            assertThat(finding.detail()).contains(word);
        }
        if (status == Status.FAIL) {
            assertThat(finding.remedy()).as("what to do").isNotEmpty();
        }
    }

    @Test
    void shouldFindNothingInASoundStream() {
        stream.requests().canary(stream.recorded(HOOK));
        CaptureVisit visit = new CaptureVisit(stream.plan(true, true), Map.of());
        assertThat(visit.records()).isZero();
        for (String question : new String[] {
            "frames",
            "canary",
            "first token",
            "padding",
            "partitions",
            "sequence",
            "clock",
            "coverage",
            "layer",
            "residual",
            "scale",
            "dtype"
        }) {
            is(stream.said(question), Status.OK);
        }
    }

    @Test
    void shouldSayWhatWouldBeRefusedAndWhenNothingCame() {
        is(stream.said("frames"), Status.FAIL, "none came");
        stream.requests();
        is(stream.said("frames"), Status.OK, "20 frames with 120 rows");
        stream.change(
                3,
                one -> new Stream.Sent(
                        one.partition(),
                        one.stampMs(),
                        one.record().toBuilder().setSchemaVersion(9).build()));
        stream.frames(frame -> frame.getSourceSeq() == 4 ? frame.setRevision("r2") : frame);
        is(stream.said("frames"), Status.FAIL, "2 unknown_model", "1 schema_version");
    }

    @Test
    void shouldFindRequestsThatAreSplitOverPartitions() {
        stream.requests();
        is(stream.said("partitions"), Status.OK, "20 requests, each in one of 2 partitions");
        stream.frame(1, stream.rows(1), segment("r0", 6, 1));
        is(stream.said("partitions"), Status.FAIL, "1 of 20 requests lie in more than one partition");
    }

    @Test
    void shouldFindGapsRepeatsAndSourcesThatAreTwo() {
        stream.requests();
        is(stream.said("sequence"), Status.OK, "2 sources, no frame is missing");
        Stream.Sent lost = stream.sent.remove(6);
        is(stream.said("sequence"), Status.FAIL, "1 frames are missing in 1 gaps");
        stream.sent.add(6, lost);
        stream.sent.add(10, lost);
        is(stream.said("sequence"), Status.WARN, "1 frames came again");
        stream.frames(frame -> frame.getSourceSeq() == 5 ? frame.setSourceEpoch(2) : frame);
        is(stream.said("sequence"), Status.FAIL, "superseded");
    }

    @Test
    void shouldFindClocksThatAreApart() {
        stream.requests();
        is(stream.said("clock"), Status.OK, "30 ms after");
        skew(3_000);
        is(stream.said("clock"), Status.WARN);
        skew(-15_000);
        is(stream.said("clock"), Status.FAIL, "-11,970");
        assertThat(stream.said("clock").remedy()).contains("ahead", "NTP");
        skew(30_000);
        assertThat(stream.said("clock").remedy()).contains("late");
    }

    private void skew(long ms) {
        stream.sent.replaceAll(one -> new Stream.Sent(one.partition(), one.stampMs() + ms, one.record()));
    }

    @Test
    void shouldFindRowsThatWereServedAndNeverCame() throws IOException {
        stream.requests();
        is(stream.said("coverage"), Status.OK, "100.0 % of 120 rows");
        stream.sent.subList(4, 12).clear();
        is(stream.said("coverage"), Status.FAIL, "60.0 % of 120 rows");
        stream = new Stream(dir).requests();
        stream.sent.removeIf(one -> one.record().hasHeartbeat());
        is(stream.said("coverage"), Status.FAIL, "no source sends heartbeats");
        stream.beat(0);
        is(stream.said("coverage"), Status.OK, "100.0 % of 60 rows");
        stream.sent.removeIf(one -> one.record().hasFrame());
        is(stream.said("coverage"), Status.SKIPPED, "two heartbeats");
    }

    @Test
    void shouldFindAFirstTokenThatIsScoredAndLong() {
        MonitorPlan scored = stream.plan(false, true);
        stream.requests();
        is(stream.said("first token", scored, null), Status.OK, "scored");
        is(stream.said("first token"), Status.OK, "none of them scored");
        Stream sinks = stream;
        for (int i = 0; i < 30; i++) {
            float[] rows = sinks.rows(5);
            for (int k = 0; k < D; k++) {
                rows[k] = 40;
            }
            sinks.request("sink" + i, 0, rows);
        }
        is(stream.said("first token", scored, null), Status.FAIL, "times as long as others");
        is(stream.said("first token"), Status.OK);
    }

    @Test
    void shouldFindPaddingThatNobodyMarked() {
        stream.requests();
        is(stream.said("padding"), Status.OK, "0 are zeros");
        float[] padded = Arrays.copyOf(stream.rows(4), 7 * D);
        stream.request("padded", 0, padded);
        is(stream.said("padding"), Status.FAIL, "3 are zeros");
        stream.sent.remove(stream.sent.size() - 1);
        stream.frame(
                0, padded, segment("marked", 0, 7).setRowKinds(ByteString.copyFrom(new byte[] {0, 0, 0, 0, 2, 2, 2})));
        is(stream.said("padding"), Status.OK, "3 rows are marked padding");
        float[] same = stream.rows(3);
        System.arraycopy(same, D, same, 2 * D, D);
        stream.request("twice", 0, same);
        is(stream.said("padding"), Status.WARN, "1 repeat the row before");
    }

    @Test
    void shouldNoticeThatNoSpecialTokenIsMarked() {
        stream.requests();
        is(stream.said("special tokens"), Status.WARN, "none is marked, in 20 requests");
        stream.frame(0, stream.rows(2), segment("s", 0, 2).setRowKinds(ByteString.copyFrom(new byte[] {1, 0})));
        is(stream.said("special tokens"), Status.OK);
    }

    @Test
    void shouldSayWhatCanariesSay() {
        stream.requests();
        is(stream.said("canary"), Status.WARN, "none came");
        is(stream.said("canary", stream.plan(true, false), null), Status.WARN, "the spec has none");
        is(stream.said("layer"), Status.SKIPPED, "no canary came");
        stream.canary(stream.recorded(Stream.NEIGHBOUR));
        is(stream.said("layer"), Status.FAIL, "canary greeting", Stream.NEIGHBOUR, "(1 segment)");
        is(stream.said("canary"), Status.FAIL, "see layer");
        is(stream.said("scale"), Status.SKIPPED);
    }

    @Test
    void shouldSayWhichQuestionACanaryAnswers() throws IOException {
        float[] tenfold = stream.recorded(HOOK).clone();
        for (int i = 0; i < tenfold.length; i++) {
            tenfold[i] *= 10;
        }
        stream.canary(tenfold);
        is(stream.said("scale"), Status.FAIL, "times 10");
        stream = new Stream(dir);
        float[] change = new float[tenfold.length];
        for (int i = 0; i < change.length; i++) {
            change[i] = stream.recorded(HOOK)[i] - stream.recorded(Stream.NEIGHBOUR)[i];
        }
        stream.canary(change);
        is(stream.said("residual"), Status.FAIL, "residual was not added");
        stream = new Stream(dir);
        var marked = segment("canary", 0, Stream.CANARY_ROWS);
        marked.addAttributesBuilder().setKey("seismo.canary").setValue("greeting");
        stream.frame(0, tensor(TensorType.F16, stream.recorded(HOOK)), marked);
        is(stream.said("dtype"), Status.FAIL, "right when read as f16");
        stream = new Stream(dir);
        stream.canary(Arrays.copyOfRange(stream.recorded(HOOK), 0, Stream.CANARY_ROWS * D));
        is(stream.said("dtype"), Status.OK, "1 segments of canaries");
    }

    /** The identity with a threshold, whose rows are sparse and positive. */
    private static FitMeasure fit() {
        float[] bias = new float[D];
        Arrays.fill(bias, -0.5f);
        EncoderWeights identity = TestWeights.identity(D, new Activation.Relu());
        EncoderWeights weights =
                new EncoderWeights(identity.manifest(), identity.matrix(), bias, new Activation.Relu(), InputNorm.NONE);
        double[] ones = new double[D];
        Arrays.fill(ones, 1);
        return new FitMeasure(weights, new Decoder(identity.matrix(), ones, new double[D]), new NaiveEncoder(weights));
    }

    private Finding fitted(String question) {
        return stream.said(question, stream.plan(true, false), fit());
    }

    @Test
    void shouldJudgeByTheFitOfAnSaeWithoutACanary() throws IOException {
        stream.requests();
        for (String question : new String[] {"layer", "residual", "scale", "dtype"}) {
            is(fitted(question), Status.OK);
        }
        assertThat(fitted("layer").detail()).contains("SAE topics explains");

        stream = new Stream(dir);
        for (int i = 0; i < 20; i++) {
            stream.request("r" + i, 0, scaled(stream.rows(6), 1 / 32f));
        }
        is(fitted("scale"), Status.FAIL, "times 32");
        is(fitted("layer"), Status.SKIPPED, "not before scale");

        stream = new Stream(dir);
        for (int i = 0; i < 20; i++) {
            stream.request("r" + i, 0, scaled(stream.rows(6), -1));
        }
        is(fitted("layer"), Status.FAIL, "not the rows it was trained on");
        is(fitted("scale"), Status.OK);
    }

    @Test
    void shouldTellADtypeByTheSpreadOfMagnitudesWithoutACanaryAndWithoutAnSae() throws IOException {
        MonitorPlan bare = stream.plan(true, false);
        for (int i = 0; i < 20; i++) {
            stream.frame(0, tensor(TensorType.BF16, stream.recorded(HOOK)), segment("r" + i, 1, Stream.CANARY_ROWS));
        }
        is(stream.said("dtype", bare, null), Status.SKIPPED);
        stream = new Stream(dir);
        for (int i = 0; i < 20; i++) {
            stream.frame(0, tensor(TensorType.F16, stream.recorded(HOOK)), segment("r" + i, 1, Stream.CANARY_ROWS));
        }
        is(stream.said("dtype", bare, null), Status.FAIL, "as the other two-byte type");
        Fit other = new Fit("topics", 200, 1.4, 9, 32, 1, 1.4, 0, 0.2, 0.95);
        is(
                new Questions(new CanaryAnswers(0), other, Spread.UNKNOWN)
                        .findings()
                        .get(3),
                Status.FAIL,
                "SAE topics leaves 1.40 of the variance as the bits are said to be, 0.20");
    }

    @Test
    void shouldSuspectAMissingResidualWhenRowsAreFarShorterThanWhatTheSaeGivesBack() {
        CanaryAnswers none = new CanaryAnswers(0);
        Fit sound = new Fit("topics", 200, 0.1, 30, 32, 1, 0.1, 1, Double.NaN, 0.95);
        Fit shorter = new Fit("topics", 200, 3.5, 2, 32, 1, 3.5, 0, Double.NaN, 9);
        is(new Questions(none, sound, Spread.UNKNOWN).findings().get(1), Status.OK, "1.05 times as long");
        is(
                new Questions(none, shorter, Spread.UNKNOWN).findings().get(1),
                Status.WARN,
                "0.11 times as long",
                "without its residual");
    }

    @Test
    void shouldSuspectAScaleWhenFarMoreFeaturesFireThanInTraining() {
        CanaryAnswers none = new CanaryAnswers(0);
        Fit tooLong = new Fit("topics", 200, 0.1, 90, 32, 1, 0.1, 1 / 16.0, Double.NaN, 0.95);
        is(new Questions(none, tooLong, Spread.UNKNOWN).findings().get(2), Status.WARN, "90.0 features", "times 1/16");
        Fit dense = new Fit("topics", 200, 0.1, 90, 32, 1, 0.1, 0, Double.NaN, 0.95);
        is(new Questions(none, dense, Spread.UNKNOWN).findings().get(2), Status.OK);
        is(new Questions(none, dense, Spread.UNKNOWN).findings().get(0), Status.WARN, "but 90.0 features fire");
    }

    @Test
    void shouldNotShowWhatAFrameHolds() {
        stream.requests().frames(frame -> frame.setRevision("somebody's secret"));
        assertThat(stream.said("frames").text()).doesNotContain("secret");
        stream.frames(frame -> {
            frame.setRevision("r1")
                    .getTensorsBuilder(0)
                    .setHook("another secret")
                    .setDtype(Dtype.DTYPE_F16);
            return frame;
        });
        assertThat(stream.said("frames").text()).doesNotContain("secret").contains("unknown_hook");
    }

    private static float[] scaled(float[] rows, float by) {
        for (int i = 0; i < rows.length; i++) {
            rows[i] *= by;
        }
        return rows;
    }
}
