package io.seismo.app.requests;

import static org.assertj.core.api.Assertions.assertThat;

import io.seismo.window.RequestSample;
import io.seismo.wire.End;
import io.seismo.wire.Segment;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Whole requests, by where they begin. */
class RequestChoiceTest {

    private final RequestChoice.Tally tally = new RequestChoice.Tally();

    private RequestChoice choice(Set<String> names, double share) {
        return new RequestChoice(100, 200, names, new RequestSample(share), tally);
    }

    private static Segment rows(String request, int start) {
        return Segment.newBuilder()
                .setRequestId(request)
                .setStartPosition(start)
                .setRows(2)
                .build();
    }

    private static Segment last(String request, int start) {
        return rows(request, start).toBuilder().setEnd(End.newBuilder()).build();
    }

    @Test
    void shouldTakeARequestToItsEndWhenItBeginsInTheRange() {
        RequestChoice choice = choice(Set.of(), 1);

        assertThat(choice.take(rows("early", 0), 99)).isFalse();
        assertThat(choice.take(rows("early", 2), 150)).as("began before").isFalse();
        assertThat(choice.take(rows("in", 0), 199)).isTrue();
        assertThat(choice.take(rows("in", 2), 250)).isTrue();
        assertThat(choice.over(10_000, 10, 1_000_000)).as("one is open").isFalse();
        assertThat(choice.take(last("in", 4), 300)).isTrue();
        assertThat(choice.take(rows("late", 0), 200)).isFalse();
        assertThat(choice.over(209, 10, 1_000_000)).isFalse();
        assertThat(choice.over(210, 10, 1_000_000)).isTrue();
        assertThat(tally.requests).isEqualTo(1);
        assertThat(tally.ended).isEqualTo(1);
    }

    @Test
    void shouldTakeACachedPrefixForABeginningAndAnOrphanForNone() {
        RequestChoice choice = choice(Set.of(), 1);

        assertThat(choice.take(rows("orphan", 7), 150)).isFalse();
        assertThat(choice.take(rows("cached", 7).toBuilder().setCachedPrefix(7).build(), 150))
                .isTrue();
    }

    @Test
    void shouldWaitNoLongerThanARequestMayLast() {
        RequestChoice choice = choice(Set.of(), 1);
        choice.take(rows("endless", 0), 150);

        assertThat(choice.over(150 + 500 + 10, 10, 500)).isFalse();
        assertThat(choice.over(150 + 500 + 11, 10, 500)).isTrue();
    }

    @Test
    void shouldChooseByNameAndByHash() {
        RequestChoice named = choice(Set.of("a"), 1);
        assertThat(named.take(last("a", 0), 150)).isTrue();
        assertThat(named.take(last("b", 0), 150)).isFalse();
        int taken = 0;
        RequestChoice sampled = choice(Set.of(), 0.25);
        for (int i = 0; i < 1_000; i++) {
            boolean took = sampled.take(last("r" + i, 0), 150);
            assertThat(took).isEqualTo(new RequestSample(0.25).includes("r" + i));
            taken += took ? 1 : 0;
        }
        assertThat(taken).isBetween(200, 300);
    }

    @Test
    void shouldLetNothingBeginOnceItIsFull() {
        RequestChoice choice = choice(Set.of(), 1);
        choice.take(rows("open", 0), 150);
        choice.fill();

        assertThat(choice.take(rows("next", 0), 150)).isFalse();
        assertThat(choice.take(last("open", 2), 160)).isTrue();
        assertThat(choice.over(161, 10, 1_000)).isTrue();
    }

    @Test
    void shouldGiveUpTheOldestWhenTooManyAreOpen() {
        RequestChoice choice = choice(Set.of(), 1);
        for (int i = 0; i <= RequestChoice.MOST_OPEN; i++) {
            choice.take(rows("r" + i, 0), 150);
        }

        assertThat(tally.givenUp).isEqualTo(1);
        assertThat(choice.take(rows("r0", 2), 150)).isFalse();
        assertThat(choice.take(rows("r1", 2), 150)).isTrue();
    }
}
