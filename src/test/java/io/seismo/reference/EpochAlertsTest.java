package io.seismo.reference;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.seismo.spec.MonitorPlan;
import io.seismo.spec.Plans;
import io.seismo.watch.TreeMapState;
import io.seismo.watch.WatchCore;
import io.seismo.wire.AlertCore;
import io.seismo.wire.AlertState;
import io.seismo.wire.AlertTransition;
import io.seismo.wire.KeyedBytes;
import io.seismo.wire.PaneChunk;
import io.seismo.wire.PaneMarker;
import io.seismo.wire.PanePartial;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/**
 * What becomes of an alert in each state when its rule goes, stays or comes back: told pane by pane, WATCH and the
 * reference both against what is right.
 */
class EpochAlertsTest {

    /** The first pane of a window of three, and so of one of six. */
    private static final long FIRST = 6_000;

    private final MonitorPlan plan = PlanFixture.plan(1, 1);
    private final SortedMap<Long, ReferenceModel.Merged> panes = new TreeMap<>();

    @Test
    void shouldResolveWhenItFiresAndItsRuleGoes() {
        panes(1, plan, breach());
        panes(1, PlanChange.SPIKE_ALERT_GONE.of(plan, 2), nothing());

        assertThat(moves())
                .containsExactly(
                        move("INACTIVE", "FIRING", 0, end(0), end(0), "never"),
                        move("FIRING", "RESOLVED", 1, end(0), end(0), ""));
    }

    @Test
    void shouldResolveBeforeTheNewAlertFiresWhenItsLabelsChange() {
        panes(1, plan, breach());
        panes(1, PlanChange.TEAM.of(plan, 2), breach());

        assertThat(moves())
                .containsExactly(
                        move("INACTIVE", "FIRING", 0, end(0), end(0), "never"),
                        move("FIRING", "RESOLVED", 1, end(0), end(0), ""),
                        move("INACTIVE", "FIRING", 1, end(1), end(1), "never"));
        assertThat(cores().get(2).getFingerprint()).isNotEqualTo(cores().get(0).getFingerprint());
        assertThat(cores().get(1).getFingerprint()).isEqualTo(cores().get(0).getFingerprint());
    }

    @Test
    void shouldBecomeInactiveWhenItIsPendingAndItsRuleGoes() {
        panes(4, plan, loss());
        panes(2, PlanChange.FLOOR_GONE.of(plan, 2), loss());

        assertThat(moves())
                .containsExactly(
                        move("INACTIVE", "PENDING", 2, end(2), 0, "blind"),
                        move("PENDING", "INACTIVE", 4, end(2), 0, ""));
    }

    @Test
    void shouldBecomeInactiveWhenItIsResolvedAndItsRuleGoes() {
        panes(1, plan, breach());
        panes(8, plan, nothing());
        panes(1, PlanChange.ALL_ALERTS_GONE.of(plan, 2), nothing());

        assertThat(moves())
                .containsExactly(
                        move("INACTIVE", "FIRING", 0, end(0), end(0), "never"),
                        move("FIRING", "RESOLVED", 7, end(0), end(0), "never"),
                        move("RESOLVED", "INACTIVE", 9, end(0), end(0), ""));
    }

    @Test
    void shouldStayWhereItIsUnderTheNewRuleWhenOnlyDurationsChange() {
        panes(4, plan, loss());
        panes(1, PlanChange.ALERT_FOR.of(plan, 2), loss());

        assertThat(moves())
                .containsExactly(
                        move("INACTIVE", "PENDING", 2, end(2), 0, "blind"),
                        move("PENDING", "FIRING", 4, end(2), end(4), "blind"));
    }

    @Test
    void shouldBeginAnewWhenItsRuleComesBack() {
        panes(1, plan, breach());
        panes(1, PlanChange.SPIKE_ALERT_GONE.of(plan, 2), breach());
        panes(1, plan.withEpoch(3), breach());

        assertThat(moves())
                .containsExactly(
                        move("INACTIVE", "FIRING", 0, end(0), end(0), "never"),
                        move("FIRING", "RESOLVED", 1, end(0), end(0), ""),
                        move("INACTIVE", "FIRING", 2, end(2), end(2), "never"));
    }

    /** Control for the one above: an epoch that is skipped takes nothing away. */
    @Test
    void shouldGoOnWhenTheEpochWithoutItsRuleNeverBegins() {
        panes(1, plan, breach());
        panes(1, plan.withEpoch(3), breach());

        assertThat(moves()).containsExactly(move("INACTIVE", "FIRING", 0, end(0), end(0), "never"));
    }

    /** A window that was open when its length changed counts from the new epoch on: two panes of no loss. */
    @Test
    void shouldForgetTheOpenWindowWhenItsLengthChanges() {
        panes(2, plan, loss());
        panes(2, PlanChange.FLOOR_WINDOW.of(plan, 2), covered());

        assertThat(moves()).isEmpty();
    }

    /** Control for the one above: the window goes on when it means the same, here with another floor. */
    @Test
    void shouldKeepTheOpenWindowWhenOnlyTheFloorMoves() {
        panes(2, plan, loss());
        panes(1, PlanChange.FLOOR.of(plan, 2), covered());

        assertThat(moves()).containsExactly(move("INACTIVE", "PENDING", 2, end(2), 0, "blind"));
    }

    private static Consumer<PaneTally> breach() {
        return tally -> tally.watch("bridge").breaches.put("never", 1L);
    }

    private static Consumer<PaneTally> loss() {
        return tally -> tally.totals.setRowsServed(10).setRowsAccounted(1);
    }

    private static Consumer<PaneTally> covered() {
        return tally -> tally.totals.setRowsServed(10).setRowsAccounted(10);
    }

    private static Consumer<PaneTally> nothing() {
        return tally -> {};
    }

    private void panes(int count, MonitorPlan of, Consumer<PaneTally> change) {
        for (int i = 0; i < count; i++) {
            PaneTally tally = new PaneTally();
            tally.totals.setRequestsSeen(10);
            change.accept(tally);
            panes.put(FIRST + panes.size(), new ReferenceModel.Merged(of, tally));
        }
    }

    private long end(int pane) {
        return plan.timing().end(FIRST + pane);
    }

    /** A transition in words; {@code said} names the deviant detector. */
    private static String move(String from, String to, int pane, long active, long firing, String said) {
        return from + " to " + to + " in " + pane + " active " + active + " firing " + firing + " by " + said;
    }

    private List<String> moves() {
        return cores().stream()
                .map(core -> move(
                        word(core.getFrom()),
                        word(core.getTo()),
                        (int) (core.getPane() - FIRST),
                        core.getActiveSinceMs(),
                        core.getFiringSinceMs(),
                        core.getVerdictsCount() == 0 ? "" : core.getVerdicts(0).getDetector()))
                .toList();
    }

    private static String word(AlertState state) {
        return state.name().substring("ALERT_STATE_".length());
    }

    /** What WATCH says, which the reference must say too. */
    private List<AlertCore> cores() {
        List<MonitorPlan> plans =
                panes.values().stream().map(ReferenceModel.Merged::plan).toList();
        Watched watched = new Watched();
        WatchCore core = new WatchCore(Plans.known(plans), 0, new TreeMapState(), watched);
        panes.forEach((pane, merged) -> partials(pane, merged).forEach(core::accept));
        List<AlertCore> is =
                watched.transitions().stream().map(AlertTransition::getCore).toList();
        List<AlertCore> should = new ArrayList<>();
        ReferenceAlerts.follow(panes).values().forEach(moves -> moves.forEach(move -> should.add(move.core())));
        assertThat(is).as("WATCH and the reference").isEqualTo(should);
        return is;
    }

    private static List<PanePartial> partials(long pane, ReferenceModel.Merged merged) {
        List<PanePartial> partials = new ArrayList<>();
        PanePartial.Builder from = PanePartial.newBuilder()
                .setSchemaVersion(1)
                .setEpoch(merged.plan().epoch());
        ReferenceLayout.blocks(merged.plan(), merged.tally()).forEach((key, bytes) -> {
            KeyedBytes block = KeyedBytes.newBuilder()
                    .setKey(key)
                    .setValue(ByteString.copyFrom(bytes))
                    .build();
            partials.add(from.clone()
                    .setChunk(PaneChunk.newBuilder().setPane(pane).addBlocks(block))
                    .build());
        });
        partials.add(from.clone()
                .setMarker(PaneMarker.newBuilder()
                        .setFirstPane(pane)
                        .setLastPane(pane)
                        .setChunks(partials.size())
                        .setTotals(merged.tally().totals))
                .build());
        return partials;
    }
}
