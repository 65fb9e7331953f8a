package io.seismo.alert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seismo.spec.AlertPlan;
import io.seismo.spec.MonitorPlan;
import io.seismo.wire.Label;
import io.seismo.wire.Severity;
import java.util.List;
import org.junit.jupiter.api.Test;

class FingerprintTest {

    private final MonitorPlan plan = Plans.plan()
            .watch("phishing", Severity.SEVERITY_PAGE, 0)
            .alert("FeatureSpike", List.of("rate"), 0, 0, null)
            .alert("Override", List.of("rate"), 0, 0, Severity.SEVERITY_TICKET)
            .build();

    @Test
    void shouldBeStableWhenComputedAnywhere() {
        // printf 'a\xff1\xffb\xff2\xff' | sha256sum
        assertThat(Fingerprint.of(List.of(label("a", "1"), label("b", "2")))).isEqualTo("52b23e3c6c43b81f");
    }

    @Test
    void shouldDifferWhenTextMovesAcrossABoundary() {
        assertThat(Fingerprint.of(List.of(label("a", "bc")))).isNotEqualTo(Fingerprint.of(List.of(label("ab", "c"))));
        assertThat(Fingerprint.of(List.of(label("a", "1"))))
                .isNotEqualTo(Fingerprint.of(List.of(label("a", "1"), label("b", ""))));
    }

    @Test
    void shouldRefuseWhenLabelsAreUnsortedOrRepeated() {
        assertThatThrownBy(() -> Fingerprint.of(List.of(label("b", "1"), label("a", "1"))))
                .hasMessageContaining("a follows b");
        assertThatThrownBy(() -> Fingerprint.of(List.of(label("a", "1"), label("a", "2"))))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldNameWhatIsWatchedWhenAlertIsOnAnEntry() {
        AlertPlan alert = plan.alerts().get(0);
        List<Label> labels = AlertLabels.ofWatch(plan, alert, plan.watch("phishing"));
        assertThat(labels)
                .extracting(Label::getName)
                .containsExactly("alertname", "deployment", "model", "revision", "severity", "team", "watch");
        assertThat(AlertLabels.value(labels, "severity")).isEqualTo("page");
        assertThat(AlertLabels.value(labels, "watch")).isEqualTo("phishing");
        assertThat(AlertLabels.value(labels, "source")).isNull();
    }

    @Test
    void shouldTakeTheRulesSeverityWhenItNamesOne() {
        AlertPlan override = plan.alerts().get(1);
        assertThat(AlertLabels.value(AlertLabels.ofWatch(plan, override, plan.watch("phishing")), "severity"))
                .isEqualTo("ticket");
        List<Label> source = AlertLabels.ofSource(plan, override, "blind");
        assertThat(source)
                .extracting(Label::getName)
                .containsExactly("alertname", "deployment", "model", "revision", "severity", "source");
    }

    private static Label label(String name, String value) {
        return Label.newBuilder().setName(name).setValue(value).build();
    }
}
