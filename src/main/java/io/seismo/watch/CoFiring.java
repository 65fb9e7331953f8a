package io.seismo.watch;

import io.seismo.alert.EvidenceBuilder;
import io.seismo.window.BlockKey;
import io.seismo.window.FeatureBlock;
import io.seismo.window.Ring;
import io.seismo.window.WatchBlock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What else fired more than usual in the pane of a transition.
 *
 * <p>"Usual" is the share of requests in the current hour so far and the hour before, without this pane. Listed is what
 * fired in at least {@value #LEAST_REQUESTS} requests and at least {@value #LEAST_RATIO} times the usual, strongest
 * first. Simple on purpose, and it says what it is: only entries and features of this watch partition are compared, and
 * features on the hash sample of requests. Without history nothing is listed.
 */
final class CoFiring {

    static final int LEAST_REQUESTS = 3;
    static final int LEAST_RATIO = 2;

    private static final Comparator<Line> STRONGEST =
            Comparator.comparingDouble((Line line) -> -line.ratio()).thenComparing(Line::name, BlockKey.ORDER);

    private final RollUps rollUps;
    private final long paneMs;

    private record Line(String name, double ratio, String text) {}

    CoFiring(RollUps rollUps, long paneMs) {
        this.rollUps = rollUps;
        this.paneMs = paneMs;
    }

    /** Lines for the evidence; {@code except} is what the alert itself is about. */
    List<String> lines(MergedPane pane, String except) {
        List<Line> lines = new ArrayList<>();
        addWatches(pane, except, lines);
        addFeatures(pane, lines);
        lines.sort(STRONGEST);
        return lines.stream()
                .limit(EvidenceBuilder.MAX_CO_FIRING)
                .map(Line::text)
                .toList();
    }

    private void addWatches(MergedPane pane, String except, List<Line> lines) {
        long startMs = pane.endMs() - paneMs;
        for (Map.Entry<String, WatchBlock> block : pane.watches().entrySet()) {
            String watch = block.getKey().substring(2);
            if (!watch.equals(except)) {
                RollUps.FiredSeen usual =
                        rollUps.hour(watch, startMs).plus(rollUps.hour(watch, startMs - Ring.WEEK.slotMs()));
                add(
                        watch,
                        new Share(block.getValue().fired(), pane.totals().getRequestsSeen()),
                        new Share(usual.fired(), usual.seen()),
                        lines);
            }
        }
    }

    private void addFeatures(MergedPane pane, List<Line> lines) {
        long startMs = pane.endMs() - paneMs;
        long hourBefore = startMs - Ring.HOURS.slotMs();
        long sampled = rollUps.totals(Ring.HOURS, startMs)
                .plus(rollUps.totals(Ring.HOURS, hourBefore))
                .sampled();
        for (Map.Entry<String, FeatureBlock> entry : pane.features().entrySet()) {
            FeatureBlock now = rollUps.block(Ring.HOURS, startMs, entry.getKey());
            FeatureBlock before = rollUps.block(Ring.HOURS, hourBefore, entry.getKey());
            BlockKey.Features key = (BlockKey.Features) BlockKey.parse(entry.getKey());
            for (int i = 0; i < FeatureBlock.SIZE; i++) {
                long requests = entry.getValue().requests(i);
                if (requests >= LEAST_REQUESTS) {
                    add(
                            key.encoder() + "/" + ((long) key.block() * FeatureBlock.SIZE + i),
                            new Share(requests, pane.totals().getRequestsSampled()),
                            new Share(requests(now, i) + requests(before, i), sampled),
                            lines);
                }
            }
        }
    }

    private static long requests(@Nullable FeatureBlock block, int feature) {
        return block == null ? 0 : block.requests(feature);
    }

    private record Share(long fired, long seen) {}

    private static void add(String name, Share now, Share usual, List<Line> lines) {
        if (now.fired() < LEAST_REQUESTS || now.seen() == 0 || usual.seen() == 0) {
            return;
        }
        // Half an event more, so that what never fired has a ratio.
        double expected = (usual.fired() + 0.5) / (usual.seen() + 1.0) * now.seen();
        double ratio = now.fired() / expected;
        if (ratio >= LEAST_RATIO) {
            String text = String.format(
                    Locale.ROOT, "%s: %,d of %,d requests, usually %.1f", name, now.fired(), now.seen(), expected);
            lines.add(new Line(name, ratio, text));
        }
    }
}
