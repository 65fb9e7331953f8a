package io.seismo.replay;

import com.google.protobuf.Descriptors.FieldDescriptor;
import io.seismo.window.FeatureBlock;
import io.seismo.window.FidelityBlock;
import io.seismo.window.LogBuckets;
import io.seismo.window.WatchBlock;
import io.seismo.wire.PaneTotals;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The first number in which two blocks differ, in words. */
final class BlockWords {

    private static final double UNITS = 65_536;

    private BlockWords() {}

    /**
     * Of two encodings of a block; a missing one is empty.
     *
     * @return such as {@code ", feature 771: tokens 12 live, 11 in the replay"}; {@code null} when they are equal
     */
    static @Nullable String difference(String key, byte @Nullable [] live, byte @Nullable [] again) {
        if (Arrays.equals(live, again)) {
            return null;
        }
        if (key.startsWith("w/")) {
            return ": "
                    + watch(
                            live == null ? new WatchBlock(0) : WatchBlock.decode(live),
                            again == null ? new WatchBlock(0) : WatchBlock.decode(again));
        }
        if (key.startsWith("e/")) {
            return ": "
                    + fidelity(
                            live == null ? new FidelityBlock() : FidelityBlock.decode(live),
                            again == null ? new FidelityBlock() : FidelityBlock.decode(again));
        }
        int first = Integer.parseInt(key.substring(key.lastIndexOf('/') + 1)) * FeatureBlock.SIZE;
        FeatureBlock before = live == null ? new FeatureBlock() : FeatureBlock.decode(live);
        FeatureBlock now = again == null ? new FeatureBlock() : FeatureBlock.decode(again);
        for (int i = 0; i < FeatureBlock.SIZE; i++) {
            String difference = feature(before, now, i);
            if (difference != null) {
                return ", feature " + (first + i) + ": " + difference;
            }
        }
        return ": the bytes differ, the numbers do not";
    }

    /** Of two totals, by the names in the schema; frames are not compared. */
    static @Nullable String difference(PaneTotals live, PaneTotals again) {
        for (FieldDescriptor field : PaneTotals.getDescriptor().getFields()) {
            boolean compared = !field.isRepeated() && field.getNumber() != PaneTotals.FRAMES_FIELD_NUMBER;
            if (compared && !live.getField(field).equals(again.getField(field))) {
                return words(field.getName(), live.getField(field), again.getField(field));
            }
        }
        return null;
    }

    private static @Nullable String feature(FeatureBlock live, FeatureBlock again, int i) {
        if (live.tokens(i) != again.tokens(i)) {
            return words("tokens", live.tokens(i), again.tokens(i));
        }
        if (live.requests(i) != again.requests(i)) {
            return words("requests", live.requests(i), again.requests(i));
        }
        if (live.sum(i) != again.sum(i)) {
            return words("sum", live.sum(i) / UNITS, again.sum(i) / UNITS);
        }
        return live.max(i) == again.max(i) ? null : words("max", live.max(i), again.max(i));
    }

    private static String fidelity(FidelityBlock live, FidelityBlock again) {
        String[] names = {"rows", "fired", "rows rebuilt", "errors in 2^-24", "deviations in 2^-24"};
        long[] before = {live.rows(), live.fired(), live.rebuilt(), live.error(), live.deviation()};
        long[] now = {again.rows(), again.fired(), again.rebuilt(), again.error(), again.deviation()};
        String difference = first(names, before, now);
        return difference == null ? "there on one side only" : difference;
    }

    private static @Nullable String first(String[] names, long[] live, long[] again) {
        for (int i = 0; i < names.length; i++) {
            if (live[i] != again[i]) {
                return words(names[i], live[i], again[i]);
            }
        }
        return null;
    }

    private static String watch(WatchBlock live, WatchBlock again) {
        String[] names = {"fired", "closed", "tokens", "tokens above", "sum in 1/65536"};
        long[] before = {live.fired(), live.closed(), live.tokens(), live.tokensAbove(), live.sum()};
        long[] now = {again.fired(), again.closed(), again.tokens(), again.tokensAbove(), again.sum()};
        String difference = first(names, before, now);
        if (difference != null) {
            return difference;
        }
        if (live.max() != again.max()) {
            return words("max", live.max(), again.max());
        }
        for (int b = 0; b < LogBuckets.COUNT; b++) {
            if (live.bucket(b) != again.bucket(b)) {
                return words("requests with a score in bucket " + b, live.bucket(b), again.bucket(b));
            }
        }
        for (int cap = 0; cap < Math.min(live.caps(), again.caps()); cap++) {
            if (live.breaches(cap) != again.breaches(cap)) {
                return words("breaches of cap " + cap, live.breaches(cap), again.breaches(cap));
            }
        }
        return words("caps", live.caps(), again.caps());
    }

    private static String words(String name, Object live, Object again) {
        return name + " " + live + " live, " + again + " in the replay";
    }
}
