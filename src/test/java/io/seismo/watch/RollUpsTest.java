package io.seismo.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.seismo.window.BlockKey;
import io.seismo.window.FeatureBlock;
import io.seismo.window.Ring;
import io.seismo.window.WatchBlock;
import io.seismo.wire.PaneTotals;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class RollUpsTest {

    private static final long PANE_MS = 10_000;
    private static final long START = 1_795_000_000_000L / 86_400_000 * 86_400_000;
    private static final String KEY = "f/topics/000000";

    /** Rings against plain sums over the panes of each slot, over more than a turn of each. */
    @Test
    void shouldHoldPlainSumsOfEachSlotWhenRingsTurn() {
        TreeMapState state = new TreeMapState();
        RollUps rollUps = new RollUps(state, PANE_MS);
        Random random = new Random(5);
        List<MergedPane> panes = new ArrayList<>();
        // 25 h: minutes turn 25 times, hours once.
        for (int i = 0; i < 25 * 360; i += 1 + random.nextInt(4)) {
            MergedPane pane = pane(START + i * PANE_MS, random);
            panes.add(pane);
            rollUps.add(pane, List.of("x"));
        }
        long last = panes.get(panes.size() - 1).endMs() - PANE_MS;
        for (Ring ring : List.of(Ring.MINUTES, Ring.HOURS)) {
            for (long slot = ring.slot(last) - ring.slots() + 1; slot <= ring.slot(last); slot++) {
                assertThat(rollUps.block(ring, slot * ring.slotMs(), KEY))
                        .as("%s %s", ring, slot)
                        .isEqualTo(sum(panes, ring, slot));
                assertThat(rollUps.totals(ring, slot * ring.slotMs()).seen()).isEqualTo(seen(panes, ring, slot));
            }
            assertThat(rollUps.block(ring, last - ring.slots() * ring.slotMs(), KEY))
                    .as("an earlier turn is not taken for this one")
                    .isNull();
        }
        assertThat(rollUps.hour("x", last))
                .isEqualTo(new RollUps.FiredSeen(
                        panes.stream()
                                .filter(pane -> Ring.WEEK.slot(pane.endMs() - PANE_MS) == Ring.WEEK.slot(last))
                                .count(),
                        seen(panes, Ring.WEEK, Ring.WEEK.slot(last))));
        assertThat(state.size())
                .as("84 places for block and totals, 25 hours of the entry")
                .isEqualTo(84 * 2 + 25);
    }

    private static FeatureBlock sum(List<MergedPane> panes, Ring ring, long slot) {
        FeatureBlock sum = null;
        for (MergedPane pane : panes) {
            if (ring.slot(pane.endMs() - PANE_MS) == slot) {
                sum = sum == null ? new FeatureBlock() : sum;
                sum.merge(pane.features().get(KEY));
            }
        }
        return sum;
    }

    private static long seen(List<MergedPane> panes, Ring ring, long slot) {
        return panes.stream()
                .filter(pane -> ring.slot(pane.endMs() - PANE_MS) == slot)
                .mapToLong(pane -> pane.totals().getRequestsSeen())
                .sum();
    }

    private static MergedPane pane(long startMs, Random random) {
        FeatureBlock block = new FeatureBlock();
        block.addToken(random.nextInt(FeatureBlock.SIZE), random.nextFloat() + 0.1f);
        block.addRequest(random.nextInt(FeatureBlock.SIZE));
        WatchBlock watch = new WatchBlock(0);
        watch.addFired();
        TreeMap<String, WatchBlock> watches = new TreeMap<>(BlockKey.ORDER);
        watches.put("w/x", watch);
        TreeMap<String, FeatureBlock> features = new TreeMap<>(BlockKey.ORDER);
        features.put(KEY, block);
        PaneTotals totals =
                PaneTotals.newBuilder().setRequestsSeen(random.nextInt(9)).build();
        return new MergedPane(
                startMs / PANE_MS, startMs + PANE_MS, watches, features, new TreeMap<>(), totals, List.of(), List.of());
    }
}
