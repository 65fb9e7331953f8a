package io.seismo.notify;

import static org.assertj.core.api.Assertions.assertThat;

import io.seismo.wire.AlertState;
import io.seismo.wire.Delivery;
import io.seismo.wire.Severity;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class DispatcherTest {

    private static final Outcome OK = Outcome.of(Outcome.Kind.DELIVERED, "200");
    private static final Outcome DOWN = Outcome.of(Outcome.Kind.RETRY, "503");

    private final Dispatcher dispatcher = dispatcher();
    private final Notice firing = Samples.notice("page", AlertState.ALERT_STATE_FIRING, 5);
    private final Notice resolved = Samples.notice("page", AlertState.ALERT_STATE_RESOLVED, 9);

    private static Dispatcher dispatcher() {
        TreeMap<String, Set<Severity>> routes = new TreeMap<>();
        routes.put("all", Set.of(Severity.SEVERITY_PAGE, Severity.SEVERITY_TICKET, Severity.SEVERITY_INFO));
        routes.put("pager", Set.of(Severity.SEVERITY_PAGE));
        return new Dispatcher(routes);
    }

    @Test
    void shouldRouteBySeverity() {
        dispatcher.offer(Samples.notice("info", AlertState.ALERT_STATE_FIRING, 1), 0);
        assertThat(dispatcher.due(0)).extracting(Dispatcher.Attempt::receiver).containsExactly("all");
        dispatcher.offer(firing, 0);
        assertThat(dispatcher.due(0)).extracting(Dispatcher.Attempt::receiver).containsExactly("pager");
    }

    @Test
    void shouldBackOffAndKeepTheKeyWhenAReceiverIsDown() {
        dispatcher.offer(firing, 0);
        long now = 0;
        List<Long> waits = new ArrayList<>();
        for (int attempt = 1; attempt <= 12; attempt++) {
            Dispatcher.Attempt due = only("pager", now);
            assertThat(due.number()).isEqualTo(attempt);
            Delivery entry = dispatcher.report(due, DOWN, now).get(0);
            assertThat(entry.getDelivered()).isFalse();
            assertThat(entry.getDedupKey()).isEqualTo(firing.dedupKey());
            long before = now;
            while (only("pager", now) == null) {
                now += 100;
            }
            waits.add(now - before);
            dispatcher.report(new Dispatcher.Attempt("pager", firing, attempt + 1), DOWN, now);
            now += Backoff.MAX_MS;
            attempt++;
        }
        assertThat(waits.get(0)).isBetween(500L, 1_100L);
        assertThat(waits).allMatch(wait -> wait <= Backoff.MAX_MS);
        assertThat(waits.get(waits.size() - 1)).isGreaterThan(100_000L);
        assertThat(dispatcher.isSettled(firing.dedupKey())).isFalse();
    }

    @Test
    void shouldNotLetResolvedOvertakeFiringWhenARetryIsPending() {
        dispatcher.offer(firing, 0);
        dispatcher.report(only("pager", 0), DOWN, 0);
        dispatcher.offer(resolved, 10);
        assertThat(only("pager", 10)).isNull();
        Dispatcher.Attempt again = only("pager", 2_000);
        assertThat(again.notice()).isEqualTo(firing);
        dispatcher.report(again, OK, 2_000);
        assertThat(only("pager", 2_000).notice()).isEqualTo(resolved);
    }

    @Test
    void shouldNotSendAgainWhenTheLedgerSaysDelivered() {
        dispatcher.offer(firing, 0);
        Delivery delivered = dispatcher.report(only("pager", 0), OK, 0).get(0);
        assertThat(delivered.getDelivered()).isTrue();
        Dispatcher restarted = dispatcher();
        restarted.remember(delivered);
        restarted.offer(firing, 1);
        assertThat(restarted.due(1)).extracting(Dispatcher.Attempt::receiver).containsExactly("all");
    }

    @Test
    void shouldSendAgainWhenTheLedgerKnowsOnlyFailedAttempts() {
        dispatcher.offer(firing, 0);
        Delivery failed = dispatcher.report(only("pager", 0), DOWN, 0).get(0);
        Dispatcher restarted = dispatcher();
        restarted.remember(failed);
        restarted.offer(firing, 1);
        assertThat(restarted.due(1)).extracting(Dispatcher.Attempt::receiver).containsExactly("all", "pager");
    }

    @Test
    void shouldSettleOnlyWhenEveryReceiverIsDone() {
        dispatcher.offer(firing, 0);
        List<Dispatcher.Attempt> both = dispatcher.due(0);
        dispatcher.report(both.get(0), OK, 0);
        assertThat(dispatcher.isSettled(firing.dedupKey())).isFalse();
        dispatcher.report(both.get(1), Outcome.of(Outcome.Kind.REFUSED, "400"), 0);
        assertThat(dispatcher.isSettled(firing.dedupKey())).isTrue();
    }

    @Test
    void shouldSendNothingMoreWhenAReceiverDisablesItself() {
        dispatcher.offer(firing, 0);
        dispatcher.offer(resolved, 0);
        assertThat(dispatcher.report(only("pager", 0), Outcome.of(Outcome.Kind.DISABLED, "410"), 0))
                .extracting(Delivery::getOutcome)
                .containsExactly("disabled: 410", "disabled: 410");
        dispatcher.offer(Samples.notice("page", AlertState.ALERT_STATE_FIRING, 20), 1);
        assertThat(only("pager", 1)).isNull();
    }

    @Test
    void shouldGiveUpInTheLedgerWhenADayHasPassed() {
        dispatcher.offer(firing, 0);
        Delivery last = dispatcher
                .report(only("pager", Dispatcher.GIVE_UP_MS), DOWN, Dispatcher.GIVE_UP_MS)
                .get(0);
        assertThat(last.getOutcome()).isEqualTo("gave-up: 503");
        assertThat(only("pager", Long.MAX_VALUE / 2)).isNull();
    }

    @Test
    void shouldStayBoundedAndSayWhatWasDroppedWhenTooManyWait() {
        List<Delivery> dropped = new ArrayList<>();
        for (int pane = 0; pane <= Dispatcher.MAX_WAITING; pane++) {
            dropped.addAll(dispatcher.offer(Samples.notice("info", AlertState.ALERT_STATE_FIRING, pane), pane));
        }
        assertThat(dropped).hasSize(1);
        assertThat(dropped.get(0).getDedupKey()).isEqualTo("f00d/firing/0");
        assertThat(dropped.get(0).getOutcome()).isEqualTo("overflow");
        assertThat(dispatcher.waiting()).isEqualTo(Dispatcher.MAX_WAITING);
    }

    @Test
    void shouldWaitAsLongAsTheOtherSideAsksWhenThatIsLonger() {
        dispatcher.offer(firing, 0);
        dispatcher.report(only("pager", 0), new Outcome(Outcome.Kind.RETRY, "429", 60_000), 0);
        assertThat(only("pager", 59_999)).isNull();
        assertThat(only("pager", 60_000)).isNotNull();
    }

    private Dispatcher.Attempt only(String receiver, long nowMs) {
        for (Dispatcher.Attempt attempt : dispatcher.due(nowMs)) {
            if (attempt.receiver().equals(receiver)) {
                return attempt;
            }
        }
        return null;
    }
}
