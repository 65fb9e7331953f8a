package io.seismo.app.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.seismo.app.TestPlans;
import io.seismo.encoder.Encoder;
import io.seismo.encoder.EncoderException;
import io.seismo.encoder.RowBlock;
import io.seismo.encoder.SparseRows;
import io.seismo.spec.MonitorPlan;
import io.seismo.spec.Timing;
import io.seismo.telemetry.Telemetry;
import io.seismo.wire.AlertCore;
import io.seismo.wire.AlertState;
import io.seismo.wire.AlertTransition;
import io.seismo.wire.CanaryFinding;
import io.seismo.wire.CanaryVerdict;
import io.seismo.wire.CloseReason;
import io.seismo.wire.Dtype;
import io.seismo.wire.EncodedFrame;
import io.seismo.wire.FeatureRecord;
import io.seismo.wire.Label;
import io.seismo.wire.PaneDigest;
import io.seismo.wire.PaneMarker;
import io.seismo.wire.PanePartial;
import io.seismo.wire.PaneTotals;
import io.seismo.wire.Reason;
import io.seismo.wire.Refusal;
import io.seismo.wire.RequestScore;
import io.seismo.wire.WatchScore;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.InstantSource;
import java.util.BitSet;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MeteredRolesTest {

    private static final RowBlock NO_ROWS = new RowBlock(ByteBuffer.allocate(0), Dtype.DTYPE_F32, 0, 1);
    private static final FeatureRecord FRAME =
            FeatureRecord.newBuilder().setFrame(EncodedFrame.newBuilder()).build();

    private final Telemetry telemetry = new Telemetry();
    private final MonitorPlan plan = TestPlans.empty(1, new MonitorPlan.Shape(2, 2), Timing.DEFAULT);
    private final MeteredRoles roles =
            new MeteredRoles(plan, InstantSource.fixed(Instant.ofEpochMilli(1_021_500)), telemetry.meters());

    @AfterEach
    void close() {
        telemetry.close();
    }

    @Test
    void shouldCountFramesRowsAndRefusals() {
        roles.encoded(FeatureRecord.newBuilder()
                .setFrame(EncodedFrame.newBuilder()
                        .setRowKinds(ByteString.copyFrom(new byte[] {3, 0, 0, 0, 2}))
                        .setMissingFrames(2))
                .build());
        roles.encoded(FeatureRecord.newBuilder()
                .setRefusal(Refusal.newBuilder().setReason(Reason.REASON_LATE))
                .build());
        assertThat(value("seismo_frames_accepted_total", "")).isEqualTo("1.0");
        assertThat(value("seismo_frames_missing_total", "")).isEqualTo("2.0");
        assertThat(value("seismo_rows_seen_total", "kind=\"scored\"")).isEqualTo("3.0");
        assertThat(value("seismo_rows_seen_total", "kind=\"first\"")).isEqualTo("1.0");
        assertThat(value("seismo_records_refused_total", "reason=\"late\"")).isEqualTo("1.0");
    }

    @Test
    void shouldCountCanariesAndRowsOfEveryKind() {
        roles.encoded(FeatureRecord.newBuilder()
                .setFrame(EncodedFrame.newBuilder()
                        .setRowKinds(ByteString.copyFrom(new byte[] {0, 1, 2, 3, 4, 5, 5}))
                        .addCanaries(CanaryVerdict.newBuilder()
                                .setCanary("greeting")
                                .setFinding(CanaryFinding.CANARY_FINDING_MATCH))
                        .addCanaries(CanaryVerdict.newBuilder().setFinding(CanaryFinding.CANARY_FINDING_UNKNOWN)))
                .build());
        roles.encoded(FeatureRecord.newBuilder()
                .setRefusal(Refusal.newBuilder()
                        .setReason(Reason.REASON_DTYPE)
                        .addCanaries(CanaryVerdict.newBuilder()
                                .setCanary("greeting")
                                .setFinding(CanaryFinding.CANARY_FINDING_DTYPE)))
                .build());
        assertThat(value("seismo_rows_seen_total", "kind=\"canary\"")).isEqualTo("2.0");
        assertThat(value("seismo_canaries_total", "canary=\"greeting\",finding=\"match\""))
                .isEqualTo("1.0");
        assertThat(value("seismo_canaries_total", "canary=\"greeting\",finding=\"dtype\""))
                .isEqualTo("1.0");
        assertThat(value("seismo_canaries_total", "canary=\"unknown\",finding=\"unknown\""))
                .isEqualTo("1.0");
    }

    @Test
    void shouldCountAMarkerOnceThoughEveryWatchPartitionGetsIt() {
        for (int watchPartition = 0; watchPartition < 2; watchPartition++) {
            roles.partial(marker(0, 98, 100, 90, 100));
            roles.partial(marker(1, 100, 100, 100, 100));
        }
        assertThat(value("seismo_panes_closed_total", "")).isEqualTo("4.0");
        assertThat(value("seismo_coverage", "")).isEqualTo("0.95");
    }

    @Test
    void shouldForgetCoverageAfterAMinute() {
        roles.partial(marker(0, 1, 1, 0, 100));
        for (int pane = 2; pane <= 7; pane++) {
            assertThat(value("seismo_coverage", "")).isNotEqualTo("1.0");
            roles.partial(marker(0, pane, pane, 100, 100));
        }
        assertThat(value("seismo_coverage", "")).isEqualTo("1.0");
    }

    @Test
    void shouldShowTheLargestScoreOfTheLastPane() {
        roles.scored(score(3, true));
        roles.scored(score(2, false));
        roles.partial(marker(0, 1, 1, 0, 0));
        assertThat(value("seismo_watch_score_max", "watch=\"w\"")).isEqualTo("3.0");
        assertThat(value("seismo_watch_fired_total", "watch=\"w\"")).isEqualTo("1.0");
        assertThat(value("seismo_requests_closed_total", "by=\"idle\"")).isEqualTo("2.0");
        roles.partial(marker(0, 2, 2, 0, 0));
        assertThat(value("seismo_watch_score_max", "watch=\"w\"")).isEqualTo("0.0");
    }

    @Test
    void shouldSayOfEachRoleWhichEpochItHasComeTo() {
        roles.partial(marker(0, 1, 1, 0, 0).toBuilder().setEpoch(4).build());
        roles.merged(PaneDigest.newBuilder().setPane(1).setEpoch(3).build());
        assertThat(value("seismo_spec_epoch", "role=\"encode\"")).isEqualTo("4.0");
        assertThat(value("seismo_spec_epoch", "role=\"watch\"")).isEqualTo("3.0");
    }

    @Test
    void shouldMeasurePaneLatencyFromThePaneEndAndCountFiringAlerts() {
        roles.merged(PaneDigest.newBuilder().setPane(100).build());
        assertThat(value("seismo_pane_latency_seconds_sum", "")).isEqualTo("11.5");
        roles.moved(transition("a", AlertState.ALERT_STATE_FIRING));
        roles.moved(transition("b", AlertState.ALERT_STATE_FIRING));
        roles.moved(transition("a", AlertState.ALERT_STATE_RESOLVED));
        assertThat(value("seismo_alerts_firing", "alert=\"Spike\"")).isEqualTo("1.0");
        assertThat(value("seismo_alerts_transitions_total", "to=\"resolved\"")).isEqualTo("1.0");
    }

    @Test
    void shouldTimeAFrameInAllItsEncodersButNotARefusedOne() {
        long[] now = {0};
        MeteredRoles timing = new MeteredRoles(plan, InstantSource.system(), telemetry.meters(), () -> now[0]);
        Map<String, Encoder> encoders = timing.timed(Map.of("a", slow(now, 2), "b", slow(now, 3)));

        encoders.get("a").watch(NO_ROWS, new float[0], 0, 1);
        encoders.get("b").watch(NO_ROWS, new float[0], 0, 1);
        encoders.get("b").full(NO_ROWS, new BitSet(), new SparseRows());
        timing.encoded(FRAME);
        assertThat(value("seismo_encode_duration_seconds_sum", "")).isEqualTo("0.008");

        encoders.get("a").watch(NO_ROWS, new float[0], 0, 1);
        timing.encoded(FeatureRecord.newBuilder()
                .setRefusal(Refusal.newBuilder().setReason(Reason.REASON_ENCODER))
                .build());
        timing.encoded(FRAME);
        assertThat(value("seismo_encode_duration_seconds_count", "")).isEqualTo("1");
    }

    @Test
    void shouldTimeACallThatFailsAndPassTheFailureOn() {
        long[] now = {0};
        MeteredRoles timing = new MeteredRoles(plan, InstantSource.system(), telemetry.meters(), () -> now[0]);
        Encoder failing = timing.timed(Map.of("a", slow(now, -1))).get("a");

        assertThatThrownBy(() -> failing.watch(NO_ROWS, new float[0], 0, 1)).isInstanceOf(EncoderException.class);
        timing.encoded(FRAME);
        assertThat(value("seismo_encode_duration_seconds_sum", "")).isEqualTo("0.001");
    }

    @Test
    void shouldShowOpenRequestsByPartition() {
        roles.open(0, 7);
        roles.open(1, 5);
        roles.open(0, 6);
        assertThat(value("seismo_requests_open", "partition=\"0\"")).isEqualTo("6.0");
        assertThat(value("seismo_requests_open", "partition=\"1\"")).isEqualTo("5.0");
    }

    /** Takes that many ms a call; below zero it takes 1 ms and fails. */
    private static Encoder slow(long[] now, int ms) {
        return new Encoder() {
            @Override
            public int dIn() {
                return 1;
            }

            @Override
            public int width() {
                return 1;
            }

            @Override
            public int watchColumns() {
                return 1;
            }

            @Override
            public void watch(RowBlock rows, float[] out, int offset, int stride) {
                now[0] += Math.abs(ms) * 1_000_000L;
                if (ms < 0) {
                    throw new EncoderException("fails");
                }
            }

            @Override
            public void full(RowBlock rows, BitSet chosen, SparseRows out) {
                watch(rows, new float[0], 0, 0);
            }

            @Override
            public String fingerprint() {
                return "slow";
            }

            @Override
            public String weights() {
                return "";
            }

            @Override
            public void close() {}
        };
    }

    private static AlertTransition transition(String fingerprint, AlertState to) {
        return AlertTransition.newBuilder()
                .setCore(AlertCore.newBuilder()
                        .setFingerprint(fingerprint)
                        .setTo(to)
                        .addLabels(Label.newBuilder().setName("alertname").setValue("Spike"))
                        .addLabels(Label.newBuilder().setName("severity").setValue("page")))
                .build();
    }

    private static RequestScore score(float score, boolean fired) {
        return RequestScore.newBuilder()
                .setClosedBy(CloseReason.CLOSE_REASON_IDLE)
                .addScores(WatchScore.newBuilder().setWatch("w").setScore(score).setFired(fired))
                .build();
    }

    private static PanePartial marker(int partition, long first, long last, long accounted, long served) {
        return PanePartial.newBuilder()
                .setPartition(partition)
                .setMarker(PaneMarker.newBuilder()
                        .setFirstPane(first)
                        .setLastPane(last)
                        .setTotals(PaneTotals.newBuilder()
                                .setRowsAccounted(accounted)
                                .setRowsServed(served)))
                .build();
    }

    private String value(String name, String attribute) {
        return telemetry
                .prometheusText()
                .lines()
                .filter(line -> line.startsWith(name + "{") && line.contains(attribute))
                .map(line -> line.substring(line.lastIndexOf(' ') + 1))
                .findFirst()
                .orElse("absent");
    }
}
