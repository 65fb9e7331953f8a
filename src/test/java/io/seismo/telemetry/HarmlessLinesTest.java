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
}
