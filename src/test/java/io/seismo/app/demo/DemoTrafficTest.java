package io.seismo.app.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DemoTrafficTest {

    private static final long MIDNIGHT = 1_700_006_400_000L;

    @Test
    void shouldAskTheSameAtWhateverHourTheDemoRuns() {
        List<String> first = asked(MIDNIGHT, 1);
        for (int hour = 1; hour < 24; hour++) {
            assertThat(asked(MIDNIGHT + hour * DemoStory.HOUR, 1)).isEqualTo(first);
        }
        assertThat(asked(MIDNIGHT, 2)).isNotEqualTo(first);
    }

    @Test
    void shouldBeBusierByDayThanByNight() {
        DemoStory story = DemoStory.startingAt(MIDNIGHT);
        assertThat(story.requestsPerMinute(MIDNIGHT + 6 * DemoStory.HOUR)).isEqualTo(28);
        assertThat(story.requestsPerMinute(MIDNIGHT + 18 * DemoStory.HOUR)).isEqualTo(12);
    }

    /** Requests of the rise at the end, with the time since the story began. */
    private static List<String> asked(long startMs, long seed) {
        DemoStory story = DemoStory.startingAt(startMs);
        DemoTraffic traffic = new DemoTraffic(story, DemoTexts.load(), seed);
        List<String> all = new ArrayList<>();
        for (long minute = 24 * DemoStory.HOUR; minute < DemoStory.LENGTH_MS; minute += DemoStory.MINUTE) {
            for (DemoTraffic.Request request :
                    traffic.arrivals(startMs + minute, startMs + minute + DemoStory.MINUTE)) {
                all.add(request.arrivalMs() - startMs + " " + request.text() + request.account());
            }
        }
        return all;
    }
}
