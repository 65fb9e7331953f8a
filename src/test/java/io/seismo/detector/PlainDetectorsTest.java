package io.seismo.detector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seismo.baseline.CountWindow;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlainDetectorsTest {

    @ParameterizedTest
    @CsvSource({"0, false", "1, true", "7, true"})
    void shouldBeDeviantWhenAnyRequestBrokeTheCap(long breaches, boolean deviant) {
        Verdict verdict = AbsoluteCap.verdict(new CountWindow(60_000, 10_000, breaches, 100));
        assertThat(verdict.deviant()).isEqualTo(deviant);
        assertThat(verdict.run().sinceMs()).isEqualTo(50_000);
        assertThat(verdict.method()).isEqualTo("cap");
    }

    @ParameterizedTest
    @CsvSource({"980, 1000, false", "979, 1000, true", "0, 1000, true", "1100, 1000, false"})
    void shouldBeDeviantWhenCoverageIsBelowItsFloor(long accounted, long served, boolean deviant) {
        Verdict verdict = new CoverageFloor(0.98).verdict(new CoverageFloor.Window(0, accounted, served, 0));
        assertThat(verdict.deviant()).isEqualTo(deviant);
        assertThat(verdict.guard()).isEmpty();
        assertThat(verdict.statistic()).isEqualTo((double) accounted / served);
    }

    @Test
    void shouldSayUnknownAndNameQuietSourcesWhenNobodyServed() {
        Verdict verdict = new CoverageFloor(0.98).verdict(new CoverageFloor.Window(0, 0, 0, 2));
        assertThat(verdict.deviant()).isFalse();
        assertThat(verdict.statistic()).isEqualTo(-1);
        assertThat(verdict.guard()).isEqualTo("no source reported rows served: coverage unknown, quiet sources: 2");
    }

    @Test
    void shouldNoteQuietSourcesWhenOthersServe() {
        Verdict verdict = new CoverageFloor(0.98).verdict(new CoverageFloor.Window(0, 99, 100, 1));
        assertThat(verdict.method()).isEqualTo("coverage-floor, quiet sources: 1");
    }

    @Test
    void shouldRefuseWhenAVerdictIsBothHeldBackAndDeviant() {
        var run = new Verdict.Run(0, 0, 0, 0);
        assertThatThrownBy(() -> new Verdict(true, 1, 1, 1, 1, 1, "m", "cold", run))
                .hasMessageContaining("cold");
        assertThatThrownBy(() -> new CoverageFloor(0)).isInstanceOf(IllegalArgumentException.class);
    }
}
