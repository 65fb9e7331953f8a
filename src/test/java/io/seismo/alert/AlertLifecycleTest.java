package io.seismo.alert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seismo.wire.AlertState;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AlertLifecycleTest {

    private static final long STEP = 60_000;
    private static final long START = 1_000 * STEP;

    /**
     * Prometheus's cases. One column a minute: condition {@code x} or {@code .}, state after it {@code - p F R}; {@code R}
     * is what Prometheus keeps as an inactive alert with a resolved time.
     */
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            for zero fires at once                        | 0  | 0 | ..x..      | --FRR
            for zero fires once per activation            | 0  | 0 | x.x.       | FRFR
            for holds one evaluation at one minute        | 1  | 0 | .xx.       | -pFR
            for counts from the first evaluation          | 5  | 0 | xxxxxxx    | pppppFF
            pending that clears vanishes                  | 5  | 0 | xxxx..     | pppp--
            a gap restarts the wait                       | 3  | 0 | xx.xxxx    | pp-pppF
            flapping below for never fires                | 2  | 0 | xx.xx.xx.  | pp-pp-pp-
            resolved comes back through pending           | 2  | 0 | xxx.xxx    | ppFRppF
            keep firing holds for its time                | 0  | 3 | x.....     | FFFFRR
            keep firing is counted from the first absence | 0  | 2 | xx....     | FFFFRR
            keep firing timer resets when it returns      | 0  | 3 | x..x.....  | FFFFFFFRR
            keep firing of one minute                     | 0  | 1 | x...       | FFRR
            keep firing never helps a pending alert       | 3  | 5 | xx..       | pp--
            for and keep firing together                  | 2  | 2 | xxx.x...   | ppFFFFFR
            firing is forgotten after resolution          | 0  | 0 | x..................  | FRRRRRRRRRRRRRRRR--
            resolved is forgotten after fifteen minutes   | 0  | 0 | x................x  | FRRRRRRRRRRRRRRRRF
            """)
    void shouldFollowPrometheusWhenConditionIs(
            String name, int forMinutes, int keepMinutes, String condition, String expected) {
        assertThat(run(new AlertLifecycle(forMinutes * STEP, keepMinutes * STEP), condition))
                .isEqualTo(expected);
    }

    @Test
    void shouldAgreeWithTransliteratedPrometheusWhenConditionIsRandom() {
        Random random = new Random(20261122);
        for (int round = 0; round < 500; round++) {
            AlertLifecycle lifecycle = new AlertLifecycle(random.nextInt(4) * STEP, random.nextInt(4) * STEP);
            StringBuilder condition = new StringBuilder();
            double share = random.nextDouble();
            for (int i = 0; i < 60; i++) {
                condition.append(random.nextDouble() < share ? 'x' : '.');
            }
            assertThat(run(lifecycle, condition.toString()))
                    .as("%s on %s", lifecycle, condition)
                    .isEqualTo(Control.run(lifecycle, condition.toString()));
        }
    }

    @Test
    void shouldKeepOriginalTimesWhenAlertResolves() {
        AlertLifecycle lifecycle = new AlertLifecycle(STEP, STEP);
        AlertInstance alert = AlertInstance.INACTIVE;
        alert = lifecycle.next(alert, true, START);
        alert = lifecycle.next(alert, true, START + STEP);
        alert = lifecycle.next(alert, false, START + 2 * STEP);
        assertThat(alert.active()).isTrue();
        alert = lifecycle.next(alert, false, START + 3 * STEP);
        assertThat(alert)
                .isEqualTo(
                        new AlertInstance(AlertState.ALERT_STATE_RESOLVED, START, START + STEP, 0, START + 3 * STEP));
        assertThat(alert.active()).isFalse();
    }

    @Test
    void shouldReadBackWhatItWroteWhenStateIsSerialised() {
        AlertInstance alert = new AlertInstance(AlertState.ALERT_STATE_FIRING, 1, 258, 65_537, 0);
        byte[] bytes = alert.toBytes();
        assertThat(bytes)
                .as("golden bytes of version 1")
                .asHexString()
                .isEqualTo("010300000000000000010000000000000102000000000001000100000000000000" + "00");
        assertThat(AlertInstance.fromBytes(bytes)).isEqualTo(alert);
    }

    @Test
    void shouldRefuseBytesWhenVersionIsUnknown() {
        byte[] bytes = AlertInstance.INACTIVE.toBytes();
        bytes[0] = 2;
        assertThatThrownBy(() -> AlertInstance.fromBytes(bytes)).hasMessageContaining("version 2");
        assertThatThrownBy(() -> AlertInstance.fromBytes(new byte[0])).hasMessageContaining("version none");
        byte[] state = AlertInstance.INACTIVE.toBytes();
        state[1] = 9;
        assertThatThrownBy(() -> AlertInstance.fromBytes(state)).hasMessageContaining("unknown state");
    }

    private static String run(AlertLifecycle lifecycle, String condition) {
        AlertInstance alert = AlertInstance.INACTIVE;
        StringBuilder states = new StringBuilder();
        for (int i = 0; i < condition.length(); i++) {
            // Through bytes, as a restart at every evaluation would.
            alert = AlertInstance.fromBytes(lifecycle
                    .next(alert, condition.charAt(i) == 'x', START + i * STEP)
                    .toBytes());
            states.append(letter(alert.state()));
        }
        return states.toString();
    }

    private static char letter(AlertState state) {
        return switch (state) {
            case ALERT_STATE_INACTIVE -> '-';
            case ALERT_STATE_PENDING -> 'p';
            case ALERT_STATE_FIRING -> 'F';
            case ALERT_STATE_RESOLVED -> 'R';
            case ALERT_STATE_UNSPECIFIED, UNRECOGNIZED -> '?';
        };
    }

    /** The order of operations of Prometheus's {@code AlertingRule.Eval}, kept literally; one label set. */
    private static final class Control {

        private char state = ' ';
        private long activeAt;
        private long resolvedAt = -1;
        private long keepFiringSince = -1;

        static String run(AlertLifecycle rule, String condition) {
            Deque<Control> active = new ArrayDeque<>();
            StringBuilder states = new StringBuilder();
            for (int i = 0; i < condition.length(); i++) {
                eval(active, rule, condition.charAt(i) == 'x', START + i * STEP);
                states.append(active.isEmpty() ? '-' : active.peek().state);
            }
            return states.toString();
        }

        private static void eval(Deque<Control> active, AlertLifecycle rule, boolean result, long ts) {
            if (result && (active.isEmpty() || active.peek().state == 'R')) {
                active.clear();
                Control fresh = new Control();
                fresh.state = 'p';
                fresh.activeAt = ts;
                active.push(fresh);
            }
            Control alert = active.peek();
            if (alert == null) {
                return;
            }
            if (!result) {
                boolean keepFiring = false;
                if (alert.state == 'F' && rule.keepFiringForMs() > 0) {
                    if (alert.keepFiringSince < 0) {
                        alert.keepFiringSince = ts;
                    }
                    keepFiring = ts - alert.keepFiringSince < rule.keepFiringForMs();
                }
                if (alert.state == 'p' || (alert.resolvedAt >= 0 && ts - alert.resolvedAt > 15 * 60_000L)) {
                    active.clear();
                }
                if (alert.state != 'R' && !keepFiring) {
                    alert.state = 'R';
                    alert.resolvedAt = ts;
                }
                if (!keepFiring) {
                    return;
                }
            } else {
                alert.keepFiringSince = -1;
            }
            if (alert.state == 'p' && ts - alert.activeAt >= rule.forMs()) {
                alert.state = 'F';
            }
        }
    }
}
