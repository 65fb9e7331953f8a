package io.seismo.activation;

import static io.seismo.activation.TestFrames.frame;
import static io.seismo.activation.TestFrames.origin;
import static io.seismo.activation.TestFrames.record;
import static io.seismo.activation.TestFrames.segment;
import static io.seismo.activation.TestFrames.tick;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.MessageLite;
import io.seismo.encoder.EncoderException;
import io.seismo.spec.MonitorPlan;
import io.seismo.spec.Plans;
import io.seismo.wire.ActivationRecord;
import io.seismo.wire.Dtype;
import io.seismo.wire.FeatureRecord;
import io.seismo.wire.Frame;
import io.seismo.wire.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What ticks may say, and what they make of the frames behind them. */
class IntakeEpochTest {

    private static final long NOW = 1_000_000;
    private static final long NO_STAMP = -1;

    private final MapJournal journal = new MapJournal();
    private Intake intake = intake(TestPlans.plan(100));

    @Test
    void shouldUseTheEpochOfTheFramesPaneWhenOneIsAnnounced() {
        intake = intake(TestPlans.plan(100), TestPlans.plan(2, Dtype.DTYPE_BF16, 100));
        ActivationRecord.Builder announcing = tick(NOW).toBuilder();
        announcing.getTickBuilder().setNextEpoch(2).setNextEpochFirstPane(101);
        give(announcing.build());
        assertThat(accept(good(1).setTimestampMs(NOW + 9_999).build()).getEpoch())
                .isEqualTo(1);
        assertThat(reason(good(2).setTimestampMs(NOW + 10_000))).isEqualTo(Reason.REASON_DTYPE);
    }

    @Test
    void shouldRefuseATickOfAnEpochThatIsNotInTheLog() {
        give(tick(NOW));
        ActivationRecord.Builder unknown = tick(NOW + 5_000).toBuilder();
        unknown.getTickBuilder().setEpoch(9);
        assertThat(give(unknown.build()).getRefusal().getReason()).isEqualTo(Reason.REASON_UNKNOWN_EPOCH);
        unknown.getTickBuilder().setEpoch(1).setNextEpoch(9).setNextEpochFirstPane(101);
        assertThat(give(unknown.build()).getRefusal().getReason()).isEqualTo(Reason.REASON_UNKNOWN_EPOCH);
        assertThat(reason(good(1).setTimestampMs(NOW + 10_001))).isEqualTo(Reason.REASON_AHEAD);
    }

    @Test
    void shouldRefuseATickThatIsAheadOfKafkaAndGoOnAfterALongOutage() {
        give(tick(NOW).toByteArray(), NOW + 300);
        byte[] wild = tick(NOW + 3_600_000).toByteArray();
        FeatureRecord refused = give(wild, NOW + 1_000);
        assertThat(refused.getRefusal().getReason()).isEqualTo(Reason.REASON_AHEAD);
        assertThat(refused.getRefusal().getDetail()).contains("clock");
        assertThat(accept(good(1).build()).hasFrame()).as("time has not moved").isTrue();
        assertThat(give(tick(NOW + 11_000).toByteArray(), NOW + 1_000).hasTick())
                .isTrue();
        assertThat(give(wild, NOW + 3_600_100).hasTick())
                .as("hours later it is right")
                .isTrue();
    }

    @Test
    void shouldHandEncodersBackWhenNoFrameOfTheirEpochCanCome() {
        List<Long> done = new ArrayList<>();
        Plans plans = Plans.known(List.of(TestPlans.plan(100), TestPlans.plan(2, Dtype.DTYPE_F32, 100)));
        intake = new Intake(
                plans,
                Loaded.of(plan -> TestPlans.encoders(), plan -> Map.of(), plan -> done.add(plan.epoch())),
                journal);
        ActivationRecord.Builder announcing = tick(NOW).toBuilder();
        announcing.getTickBuilder().setNextEpoch(2).setNextEpochFirstPane(101);
        give(announcing.build());
        accept(good(1).setTimestampMs(NOW + 9_999).build());
        long firstOfNext = NOW + 10_000;
        long grace = TestPlans.plan(100).timing().graceMs();

        announcing.getTickBuilder().setTimeMs(firstOfNext + grace - 2);
        give(announcing.build());
        assertThat(accept(good(2).setTimestampMs(firstOfNext - 1).build()).getEpoch())
                .as("the last that can come")
                .isEqualTo(1);
        assertThat(done).isEmpty();
        announcing.getTickBuilder().setTimeMs(firstOfNext + grace - 1);
        give(announcing.build());
        assertThat(done).containsExactly(1L);
        assertThat(reason(good(3).setTimestampMs(firstOfNext - 1))).isEqualTo(Reason.REASON_LATE);

        intake.close();
        assertThat(done).containsExactly(1L);
    }

    @Test
    void shouldRefuseFramesOfAnEpochWhoseEncodersAreGoneAndTakeThoseOfTheNext() {
        Plans plans = Plans.known(List.of(TestPlans.plan(100), TestPlans.plan(2, Dtype.DTYPE_F32, 100)));
        intake = new Intake(
                plans,
                plan -> {
                    if (plan.epoch() == 1) {
                        throw new EncoderException("no weights at demo/sae");
                    }
                    return TestPlans.encoders();
                },
                journal);
        ActivationRecord.Builder announcing = tick(NOW).toBuilder();
        announcing.getTickBuilder().setNextEpoch(2).setNextEpochFirstPane(101);
        give(announcing.build());
        FeatureRecord old = accept(good(1).build());
        assertThat(old.getRefusal().getReason()).isEqualTo(Reason.REASON_ENCODER);
        assertThat(old.getRefusal().getDetail()).isEqualTo("no weights at demo/sae");
        assertThat(accept(good(1).setTimestampMs(NOW + 10_000).build()).getEpoch())
                .isEqualTo(2);
    }

    private Reason reason(Frame.Builder frame) {
        return accept(frame.build()).getRefusal().getReason();
    }

    private FeatureRecord accept(Frame frame) {
        return give(record(frame));
    }

    private FeatureRecord give(MessageLite record) {
        return give(record.toByteArray(), NO_STAMP);
    }

    private FeatureRecord give(byte[] value, long stampMs) {
        return intake.accept(value, origin(7), "activations", stampMs);
    }

    private Intake intake(MonitorPlan... plans) {
        return new Intake(Plans.known(List.of(plans)), any -> TestPlans.encoders(), journal);
    }

    private static Frame.Builder good(long seq) {
        return frame(seq, NOW, segment("r", 0, 2), 1, 2, 3, 4);
    }
}
