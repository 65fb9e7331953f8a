package io.seismo.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HarmlessLinesTest {

    private static final String CLIENT = "org.apache.kafka.clients.NetworkClient";

    @Test
    void shouldDropALineWhenItBelongsToAnOrdinaryStartOrStop() {
        assertThat(HarmlessLines.isHarmless(
                        CLIENT, "[x] Attempting to close NetworkClient that has already been closed.", ""))
                .isTrue();
    }

    @Test
    void shouldKeepALineWhenTheSameLoggerHasSomethingToSay() {
        assertThat(HarmlessLines.isHarmless(CLIENT, "Connection to node -1 could not be established.", ""))
                .isFalse();
        assertThat(HarmlessLines.isHarmless("other", "Performing controller activation", ""))
                .isFalse();
    }

    @Test
    void shouldDropALineWhenItsCommandSpeaksForItself() {
        String line = "[AdminClient clientId=seismo-command] Connection to node -1 could not be established.";
        assertThat(HarmlessLines.isHarmless(CLIENT, line, "")).isTrue();
    }

    @Test
    void shouldSayOnceInTenSecondsThatABrokerIsAway() {
        HarmlessLines lines = new HarmlessLines();
        String away = "[Producer clientId=p] Connection to node 1 could not be established.";
        assertThat(lines.isRepeated(CLIENT, away, 0)).isFalse();
        assertThat(lines.isRepeated(CLIENT, "Bootstrap broker b disconnected", 9_999))
                .isTrue();
        assertThat(lines.isRepeated(CLIENT, "something else", 9_999)).isFalse();
        assertThat(lines.isRepeated(CLIENT, away, 10_000)).isFalse();
    }
}
