package io.seismo.watch;

import com.google.protobuf.ByteString;
import io.seismo.spec.Arithmetic;
import io.seismo.spec.DetectorPlan;
import io.seismo.spec.MonitorPlan;
import io.seismo.spec.MonitorPlan.Column;
import io.seismo.spec.TapPlan;
import io.seismo.spec.WatchPlan;
import io.seismo.window.BlockKey;
import io.seismo.window.Ring;
import io.seismo.window.WatchBlock;
import io.seismo.wire.KeyedBytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What outlives a change of plan, and what begins anew.
 *
 * <p>A count means the same under the new plan when it reads the same features of the same weights at the same hook
 * point, in the same precision and under the same threshold for top-k, makes a score of them in the same way and fires above
 * the same value. Then its baseline, charts, suspects and
 * roll-ups stay: adding an entry must not make the others forget their usual. What means something else starts cold
 * under its old name. Severity, team, label, budget and alert rules are not part of the meaning; the revision of the
 * model is not either, since whether a new one behaves differently is what one wants to be told.
 */
final class Succession {

    private final MonitorPlan before;
    private final MonitorPlan after;

    Succession(MonitorPlan before, MonitorPlan after) {
        this.before = before;
        this.after = after;
    }

    /** Whether the counts of a watch entry mean the same under both plans. */
    boolean keepsWatch(String id) {
        WatchPlan old = watch(before, id);
        WatchPlan now = watch(after, id);
        return old != null
                && now != null
                && sameRows()
                && old.aggregator().equals(now.aggregator())
                && Float.compare(old.firesAbove(), now.firesAbove()) == 0
                && readings(before, old).equals(readings(after, now));
    }

    /** Whether the features of an encoder are the same under both plans, and counted over the same sample. */
    boolean keepsEncoder(String name) {
        Reading old = reading(before, name, 0);
        Reading now = reading(after, name, 0);
        return old != null && old.equals(now) && sameRows();
    }

    /** Whether a detector goes on with what it knows of a subject. */
    boolean keepsDetector(String id, String subject) {
        DetectorPlan old = detector(before, id);
        DetectorPlan now = detector(after, id);
        if (old instanceof DetectorPlan.Rate was && now instanceof DetectorPlan.Rate is) {
            return was.windowPanes() == is.windowPanes()
                    && was.shifts().equals(is.shifts())
                    && before.baseline().equals(after.baseline())
                    && is.watches().contains(subject)
                    && keepsWatch(subject)
                    && samePrior(subject);
        }
        if (old instanceof DetectorPlan.CanaryMatch && now instanceof DetectorPlan.CanaryMatch) {
            return before.canaries().equals(after.canaries());
        }
        if (old instanceof DetectorPlan.OfEncoder was && now instanceof DetectorPlan.OfEncoder is) {
            return was.getClass() == is.getClass()
                    && was.windowPanes() == is.windowPanes()
                    && was.encoder().equals(is.encoder())
                    && keepsEncoder(is.encoder());
        }
        return old instanceof DetectorPlan.CoverageFloor was
                && now instanceof DetectorPlan.CoverageFloor is
                && was.windowPanes() == is.windowPanes();
    }

    /** Whether a block means the same under both plans, breaches of caps apart. */
    boolean keepsBlock(String key) {
        BlockKey parsed = BlockKey.parse(key);
        if (parsed instanceof BlockKey.Watch watch) {
            return keepsWatch(watch.watch());
        }
        if (parsed instanceof BlockKey.Fidelity fidelity) {
            return keepsEncoder(fidelity.encoder());
        }
        return parsed instanceof BlockKey.Features features && keepsEncoder(features.encoder());
    }

    /** A block that was counted under the old plan as it may be merged under the new one; {@code null} when not at all. */
    @Nullable
    KeyedBytes carry(KeyedBytes block) {
        if (!keepsBlock(block.getKey())) {
            return null;
        }
        if (!(BlockKey.parse(block.getKey()) instanceof BlockKey.Watch watch)) {
            return block;
        }
        WatchBlock counted = WatchBlock.wrap(block.getValue().toByteArray());
        byte[] carried =
                counted.withCaps(sameCaps(watch.watch(), counted.caps())).bytes();
        return block.toBuilder().setValue(ByteString.copyFrom(carried)).build();
    }

    /** For each cap of the new plan on an entry, its place under the old one; −1 when it was not there or lay elsewhere. */
    private int[] sameCaps(String watch, int counted) {
        List<DetectorPlan.Cap> was = Caps.plansOf(before, watch);
        List<DetectorPlan.Cap> is = Caps.plansOf(after, watch);
        int[] from = new int[is.size()];
        for (int cap = 0; cap < from.length; cap++) {
            from[cap] = -1;
            for (int old = 0; old < Math.min(counted, was.size()); old++) {
                boolean same = was.get(old).id().equals(is.get(cap).id())
                        && Float.compare(was.get(old).above(), is.get(cap).above()) == 0;
                from[cap] = same ? old : from[cap];
            }
        }
        return from;
    }

    /** Removes what does not outlive the change from the state of a watch partition. */
    void settle(KeyedState state) {
        List<String> gone = new ArrayList<>();
        for (String prefix : List.of(Keys.BASELINES, Keys.DETECTORS)) {
            state.scan(prefix, (key, value) -> {
                String[] names = key.substring(prefix.length()).split("/", 2);
                if (!keepsDetector(names[0], names[1])) {
                    gone.add(key);
                }
            });
        }
        state.scan(Keys.SUSPECTS, (key, value) -> {
            if (!keepsWatch(key.substring(Keys.SUSPECTS.length()))) {
                gone.add(key);
            }
        });
        state.scan(Ring.PREFIX, (key, value) -> {
            String block = Ring.blockOf(key);
            if (!block.equals(Keys.TOTALS) && !keepsBlock(block)) {
                gone.add(key);
            }
        });
        gone.forEach(state::remove);
    }

    private boolean samePrior(String id) {
        WatchPlan old = watch(before, id);
        WatchPlan now = watch(after, id);
        return old != null && now != null && Double.compare(old.priorRate(), now.priorRate()) == 0;
    }

    /** Whether the same rows of the same model are scored: what any tap skips is skipped for all. */
    private boolean sameRows() {
        return before.model().equals(after.model()) && Skips.of(before).equals(Skips.of(after));
    }

    /** Rows that are not scored, by what the taps say together. */
    private record Skips(boolean first, boolean special, SortedMap<String, Float> sinkNorms) {

        static Skips of(MonitorPlan plan) {
            SortedMap<String, Float> sinkNorms = new TreeMap<>();
            plan.taps().forEach(tap -> sinkNorms.put(tap.hook(), tap.sinkNorm()));
            sinkNorms.values().removeIf(norm -> norm <= 0);
            return new Skips(
                    plan.taps().stream().anyMatch(TapPlan::skipFirst),
                    plan.taps().stream().anyMatch(TapPlan::skipSpecial),
                    sinkNorms);
        }
    }

    /** One feature, by all that gives it its meaning. */
    private record Reading(TapPlan tap, String weights, double fullFraction, int feature, String how) {}

    private static List<Reading> readings(MonitorPlan plan, WatchPlan watch) {
        List<Reading> readings = new ArrayList<>();
        for (int index : watch.columns()) {
            Column column = plan.columns().get(index);
            Reading reading = Objects.requireNonNull(reading(plan, column.encoder(), column.feature()));
            readings.add(new Reading(reading.tap(), reading.weights(), 0, column.feature(), reading.how()));
        }
        return readings;
    }

    /** A feature of an encoder; {@code null} when the plan does not have the encoder. */
    private static @Nullable Reading reading(MonitorPlan plan, String encoder, int feature) {
        for (TapPlan tap : plan.taps()) {
            for (TapPlan.EncoderPlan one : tap.encoders()) {
                if (one.name().equals(encoder)) {
                    return new Reading(bare(tap), weights(one), one.fullFraction(), feature, how(plan, tap, one));
                }
            }
        }
        return null;
    }

    /** Weights, and how they are computed with; the device is no part of it, since there only last bits differ. */
    private static String weights(TapPlan.EncoderPlan encoder) {
        String weights = encoder.weights().isEmpty() ? encoder.location() : encoder.weights();
        Arithmetic arithmetic = encoder.arithmetic();
        return weights + " " + arithmetic.precision().word() + " " + arithmetic.topkThreshold();
    }

    /** What a probe reads beside the rows of its tap, and what it makes of them; empty for SAEs. */
    private static String how(MonitorPlan plan, TapPlan home, TapPlan.EncoderPlan encoder) {
        if (encoder.reads().taps().isEmpty()) {
            return "";
        }
        List<String> parts = new ArrayList<>();
        parts.add(encoder.reads().score().name());
        for (TapPlan tap : plan.taps()) {
            int place = encoder.reads().taps().indexOf(tap.name());
            if (place >= 0) {
                parts.add(place + " " + tap.hook() + " " + tap.dIn() + " " + tap.dtype());
            }
        }
        for (TapPlan.EncoderPlan read : home.encoders()) {
            if (read.name().equals(encoder.reads().features())) {
                parts.add(weights(read));
            }
        }
        return parts.stream().sorted().toList().toString();
    }

    /** The tap without its name and encoders, which do not change what a row is, and its skips, which count for all. */
    private static TapPlan bare(TapPlan tap) {
        return new TapPlan("", tap.hook(), tap.dIn(), tap.dtype(), false, false, 0, List.of());
    }

    private static @Nullable WatchPlan watch(MonitorPlan plan, String id) {
        for (WatchPlan watch : plan.watches()) {
            if (watch.id().equals(id)) {
                return watch;
            }
        }
        return null;
    }

    private static @Nullable DetectorPlan detector(MonitorPlan plan, String id) {
        for (DetectorPlan detector : plan.detectors()) {
            if (detector.id().equals(id)) {
                return detector;
            }
        }
        return null;
    }
}
