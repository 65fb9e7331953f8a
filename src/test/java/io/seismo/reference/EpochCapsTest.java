package io.seismo.reference;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.seismo.spec.MonitorPlan;
import io.seismo.spec.Plans;
import io.seismo.watch.TreeMapState;
import io.seismo.watch.WatchCore;
import io.seismo.wire.KeyedBytes;
import io.seismo.wire.PaneChunk;
import io.seismo.wire.PaneMarker;
import io.seismo.wire.PanePartial;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Changes that move the caps of an entry. What a partition that is still in the old epoch counted as breaches of a cap
 * counts as breaches of that cap, as long as the new plan has it on the entry with the same limit, and else not at all.
 */
class EpochCapsTest {

    private static final long PANE = 1_000;

    private final MonitorPlan old = PlanFixture.plan(2, 1);

    @ParameterizedTest
    @EnumSource(
            value = PlanChange.class,
            names = {"ENTRY_UNCOVERED", "DETECTOR_KINDS", "CAP_ABOVE", "CAP_GONE", "CAP_ELSEWHERE"})
    void shouldAgreeWithReferenceWhenCapsChangeAndChangeBack(PlanChange change) {
        assertThat(EpochChangeAgreement.run(change).differences()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {31, 32, 37})
    void shouldAgreeWithReferenceWhenCapsTooComeInAStorm(long seed) {
        assertThat(EpochStormTest.storm(seed, EnumSet.allOf(PlanChange.class)).differences())
                .isEmpty();
    }

    /** {@code bridge} had the caps never and surely-never; now it has only surely-never, which nothing crossed. */
    @Test
    void shouldNotCountBreachesOfACapThatIsGoneAsThoseOfAnother() {
        Watched watched = watch(PlanChange.CAP_GONE.of(old, 2), "never");

        assertThat(watched.transitions()).isEmpty();
    }

    @Test
    void shouldCountBreachesWhenTheCapIsStillThere() {
        Watched watched = watch(PlanChange.CAP_GONE.of(old, 2), "surely-never");

        assertThat(watched.transitions())
                .singleElement()
                .satisfies(moved ->
                        assertThat(moved.getCore().getVerdicts(0).getDetector()).isEqualTo("surely-never"));
    }

    @Test
    void shouldCountBreachesWhenNothingChanged() {
        Watched watched = watch(old.withEpoch(2), "never");

        assertThat(watched.transitions())
                .singleElement()
                .satisfies(moved ->
                        assertThat(moved.getCore().getVerdicts(0).getDetector()).isEqualTo("never"));
    }

    /** Partition 0 is in epoch 2 and saw nothing; partition 1 is in epoch 1 and saw one breach of this cap. */
    private Watched watch(MonitorPlan next, String cap) {
        PaneTally tally = new PaneTally();
        tally.totals.setRequestsSeen(10);
        tally.watch("bridge").breaches.put(cap, 1L);
        byte[] block = ReferenceLayout.blocks(old, tally).get("w/bridge");
        KeyedBytes keyed = KeyedBytes.newBuilder()
                .setKey("w/bridge")
                .setValue(ByteString.copyFrom(block))
                .build();
        PaneMarker.Builder marker = PaneMarker.newBuilder().setFirstPane(PANE).setLastPane(PANE);

        Watched watched = new Watched();
        WatchCore core = new WatchCore(Plans.known(List.of(old, next)), 0, new TreeMapState(), watched);
        core.accept(from(0, 2).setMarker(marker).build());
        core.accept(from(1, 1)
                .setChunk(PaneChunk.newBuilder().setPane(PANE).addBlocks(keyed))
                .build());
        core.accept(from(1, 1)
                .setMarker(marker.setChunks(1).setTotals(tally.totals))
                .build());
        assertThat(watched.digests())
                .singleElement()
                .satisfies(digest -> assertThat(digest.getEpoch()).isEqualTo(2));
        return watched;
    }

    private static PanePartial.Builder from(int partition, long epoch) {
        return PanePartial.newBuilder().setSchemaVersion(1).setEpoch(epoch).setPartition(partition);
    }
}
