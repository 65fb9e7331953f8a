package io.seismo.detector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seismo.wire.CanaryCount;
import io.seismo.wire.CanaryFinding;
import java.util.List;
import org.junit.jupiter.api.Test;

class CanaryMatchTest {

    private static final long PANE = 10_000;
    private static final List<String> NAMES = List.of("greeting", "weather");
    private static final CanaryCount GOOD = count("greeting", CanaryFinding.CANARY_FINDING_MATCH, 1, 1, "");
    private static final CanaryCount LAYER =
            count("greeting", CanaryFinding.CANARY_FINDING_LAYER, 2, 1, "rows are those of blocks.4.resid_post");
    private static final CanaryCount WEATHER = count("weather", CanaryFinding.CANARY_FINDING_MATCH, 1, 1, "");

    private final CanaryMatch detector = new CanaryMatch(60_000);
    private CanaryState state = CanaryState.NEW;
    private long endMs = 1_000_000;

    @Test
    void shouldBeQuietWhileCanariesCome() {
        for (int pane = 0; pane < 30; pane++) {
            assertThat(pane(pane % 5 == 0 ? new CanaryCount[] {GOOD, WEATHER} : new CanaryCount[0])
                            .verdict()
                            .deviant())
                    .isFalse();
        }
    }

    @Test
    void shouldNameWhatIsWrongAtOnceAndHoldItUntilItIsRight() {
        pane(GOOD, WEATHER);
        CanaryMatch.Judgement wrong = pane(LAYER, WEATHER);
        assertThat(wrong.verdict().deviant()).isTrue();
        assertThat(wrong.verdict().fired()).isEqualTo(1);
        assertThat(wrong.verdict().seen()).isEqualTo(2);
        assertThat(wrong.detail()).isEqualTo("canary greeting: rows are those of blocks.4.resid_post (2 segments)");
        assertThat(pane(WEATHER).verdict().deviant())
                .as("silence does not heal")
                .isTrue();
        assertThat(pane(LAYER).detail()).contains("(4 segments)");
        assertThat(pane(GOOD, LAYER).verdict().deviant())
                .as("one replica is right, one is not")
                .isTrue();
        CanaryCount half = count("greeting", CanaryFinding.CANARY_FINDING_MATCH, 1, 0, "");
        assertThat(pane(half, WEATHER).verdict().deviant())
                .as("only its first rows came")
                .isTrue();
        assertThat(pane(GOOD).verdict().deviant()).isFalse();
    }

    @Test
    void shouldSayWhichIsSilentAndSinceWhen() {
        pane(GOOD, WEATHER);
        for (int i = 0; i < 6; i++) {
            assertThat(pane(GOOD).verdict().deviant()).as("pane " + i).isFalse();
        }
        CanaryMatch.Judgement silent = pane(GOOD, count("", CanaryFinding.CANARY_FINDING_UNKNOWN, 3, 0, "x"));
        assertThat(silent.verdict().deviant()).isTrue();
        assertThat(silent.detail())
                .isEqualTo("canary weather did not come as recorded for over 1 min, last before 1970-01-01T00:16:50Z;"
                        + " 3 segments named a canary that the spec does not have");
        assertThat(pane(GOOD, WEATHER).verdict().deviant()).isFalse();
    }

    @Test
    void shouldNotCallItSilentBeforeItHadTheTime() {
        for (int i = 0; i < 6; i++) {
            assertThat(pane().verdict().deviant()).isFalse();
        }
        assertThat(pane().detail()).contains("canary greeting", "not once", "canary weather");
    }

    @Test
    void shouldGoOnFromItsBytes() {
        pane(GOOD, LAYER, count("", CanaryFinding.CANARY_FINDING_UNKNOWN, 3, 0, ""));
        assertThat(CanaryState.fromBytes(state.toBytes())).isEqualTo(state);
        byte[] other = state.toBytes();
        other[0] = 9;
        assertThatThrownBy(() -> CanaryState.fromBytes(other)).hasMessageContaining("version 9");
    }

    private CanaryMatch.Judgement pane(CanaryCount... counts) {
        endMs += PANE;
        state = CanaryMatch.next(state, NAMES, new CanaryMatch.Pane(endMs - PANE, endMs, List.of(counts)));
        return detector.judge(state, endMs - PANE, endMs);
    }

    private static CanaryCount count(
            String canary, CanaryFinding finding, long segments, long complete, String detail) {
        return CanaryCount.newBuilder()
                .setCanary(canary)
                .setFinding(finding)
                .setSegments(segments)
                .setComplete(complete)
                .setDetail(detail)
                .build();
    }
}
