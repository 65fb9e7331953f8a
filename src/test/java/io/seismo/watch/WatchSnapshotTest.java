package io.seismo.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seismo.wire.PanePartial;
import io.seismo.wire.Snapshot;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A core that goes on from a snapshot. */
class WatchSnapshotTest {

    @Test
    void shouldContinueAlikeWhenRestoredFromASnapshot() {
        List<PanePartial> records = World.shuffled(World.partials(6), new Random(1));
        Recording live = WatchCoreTest.run(records);
        assertThat(live.snapshotsByPane()).hasSize(1);
        List<Snapshot> chunks = live.snapshotsByPane().firstEntry().getValue();
        TreeMapState state = new TreeMapState();
        long pane = WatchCore.restore(state, chunks);
        assertThat(pane).isEqualTo(World.FIRST_PANE + 14);
        for (boolean fromTheStart : new boolean[] {true, false}) {
            Recording replay = new Recording();
            WatchCore core = new WatchCore(WatchCoreTest.PLANS, plan -> WatchCoreTest.RATES, 0, state.copy(), replay);
            for (PanePartial record : World.shuffled(World.partials(6), new Random(2))) {
                if (fromTheStart || World.pane(record) > pane) {
                    core.accept(record);
                }
            }
            assertThat(replay.all)
                    .isEqualTo(live.all.subList(live.all.size() - replay.all.size(), live.all.size()))
                    .hasSizeGreaterThan(40);
            assertThat(replay.panes()).startsWith(pane + 1);
        }
    }

    @Test
    void shouldRefuseASnapshotWhenAChunkIsMissing() {
        Snapshot chunk =
                WatchCoreTest.run(World.inOrder(World.partials(6))).snapshots.get(0);
        assertThatThrownBy(() -> WatchCore.restore(new TreeMapState(), List.of()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> WatchCore.restore(
                        new TreeMapState(),
                        List.of(chunk.toBuilder().setChunks(2).build())))
                .hasMessageContaining("has 2 chunks");
        assertThatThrownBy(() -> WatchCore.restore(
                        new TreeMapState(),
                        List.of(chunk.toBuilder().setChunk(1).build())))
                .hasMessageContaining("chunk 0");
    }
}
