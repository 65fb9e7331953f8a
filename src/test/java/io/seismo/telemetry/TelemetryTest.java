package io.seismo.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TelemetryTest {

    @ParameterizedTest
    @EnumSource
    void shouldAppearUnderItsPrometheusNameWhenUsed(Instrument instrument) {
        try (Telemetry telemetry = new Telemetry()) {
            String[] values = instrument.keys().toArray(String[]::new);
            switch (instrument.kind()) {
                case COUNTER -> telemetry.meters().add(instrument, 3, values);
                case GAUGE -> telemetry.meters().set(instrument, 3, values);
                case HISTOGRAM -> telemetry.meters().time(instrument, 3, values);
            }
            String name = instrument.prometheusName() + (instrument.kind() == Instrument.Kind.HISTOGRAM ? "_sum" : "");
            assertThat(telemetry.prometheusText())
                    .containsPattern("(?m)^" + name + "\\{.*\\} 3\\.0$")
                    .contains("# HELP " + instrument.prometheusName() + " " + instrument.description());
        }
    }

    @Test
    void shouldRefuseWhenAnAttributeIsMissingOrTheKindIsAnother() {
        assertThatThrownBy(() -> Meters.NONE.add(Instrument.RECORDS_REFUSED, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("[reason]");
        assertThatThrownBy(() -> Meters.NONE.set(Instrument.RECORDS_REFUSED, 1, "late"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldStayBoundedWhenAttributeValuesDoNot() {
        try (Telemetry telemetry = new Telemetry()) {
            for (int i = 0; i < 5_000; i++) {
                telemetry.meters().add(Instrument.BREACHES, 1, "watch-" + i);
            }
            assertThat(telemetry.prometheusText().lines().filter(line -> line.startsWith("seismo_breaches_total{")))
                    .hasSizeLessThanOrEqualTo(2_000);
        }
    }
}
