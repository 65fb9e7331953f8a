package io.seismo.score;

import io.seismo.window.BlockKey;
import io.seismo.window.FeatureBlock;
import io.seismo.window.FidelityBlock;
import io.seismo.window.StateWriter;
import io.seismo.window.WatchBlock;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What one partition has learnt in a pane that is still open.
 *
 * <p>Blocks are named by {@link BlockKey}; arrays by plan order sit in front of the map so that the hot path makes no
 * look-up. Whatever changed since the last {@link #flush} is put again, blocks as the very array that was updated.
 */
final class OpenPane {

    static final String KEY_PREFIX = "p/";

    private static final String TOTALS = "totals";
    private static final String SUSPECTS = "top/";

    private final String prefix;
    private final TreeMap<String, FeatureCell> features = new TreeMap<>(BlockKey.ORDER);
    private final TreeMap<String, WatchCell> watches = new TreeMap<>(BlockKey.ORDER);
    private final TreeMap<String, FidelityCell> fidelity = new TreeMap<>(BlockKey.ORDER);
    private final TreeMap<String, SuspectsCell> suspects = new TreeMap<>(BlockKey.ORDER);
    private final List<Cell> touched = new ArrayList<>();
    private final StateWriter writer = new StateWriter();
    private Totals totals = new Totals();
    private boolean totalsTouched = true;
    private @Nullable ScorePlan laidOut;
    private @Nullable FeatureCell[][] byPlan = new FeatureCell[0][];

    OpenPane(String name) {
        this.prefix = KEY_PREFIX + name + "/";
    }

    /** The counts, which are about to change. */
    Totals totals() {
        totalsTouched = true;
        return totals;
    }

    /** The block of a watch entry, which is about to change. */
    WatchBlock watch(ScorePlan.Watch watch) {
        WatchCell cell = watches.get(watch.key);
        if (cell == null) {
            cell = new WatchCell(prefix + watch.key, new WatchBlock(watch.caps.length));
            watches.put(watch.key, cell);
        } else if (cell.block.caps() < watch.caps.length) {
            cell.block.merge(new WatchBlock(watch.caps.length));
        }
        touch(cell);
        return cell.block;
    }

    /** How well an encoder describes its rows, which is about to change. */
    FidelityBlock fidelity(ScorePlan.Features encoder) {
        String key = encoder.fidelityKey;
        FidelityCell cell = fidelity.computeIfAbsent(key, any -> new FidelityCell(prefix + key, new FidelityBlock()));
        touch(cell);
        return cell.block;
    }

    /** A block of features of an encoder of the plan, which is about to change. */
    FeatureBlock features(ScorePlan plan, int encoder, int block) {
        if (laidOut != plan) {
            laidOut = plan;
            byPlan = new FeatureCell[plan.encoders().length][];
            for (int i = 0; i < byPlan.length; i++) {
                byPlan[i] = new FeatureCell[plan.encoders()[i].keys.length];
            }
        }
        FeatureCell cell = byPlan[encoder][block];
        if (cell == null) {
            String key = plan.encoders()[encoder].keys[block];
            cell = features.computeIfAbsent(key, k -> new FeatureCell(prefix + k, new FeatureBlock()));
            byPlan[encoder][block] = cell;
        }
        touch(cell);
        return cell.block;
    }

    /** The suspects of a watch entry, which are about to change. */
    Suspects suspects(String watch) {
        SuspectsCell cell =
                suspects.computeIfAbsent(watch, id -> new SuspectsCell(prefix + SUSPECTS + id, new Suspects()));
        touch(cell);
        return cell.suspects;
    }

    /** All blocks in key order: key and canonical encoding. */
    SortedMap<String, byte[]> encodedBlocks() {
        TreeMap<String, byte[]> blocks = new TreeMap<>(BlockKey.ORDER);
        features.forEach((key, cell) -> blocks.put(key, cell.block.encode()));
        watches.forEach((key, cell) -> blocks.put(key, cell.block.encode()));
        fidelity.forEach((key, cell) -> blocks.put(key, cell.block.encode()));
        return blocks;
    }

    /** Suspects by watch entry, in id order. */
    SortedMap<String, Suspects> suspects() {
        TreeMap<String, Suspects> all = new TreeMap<>(BlockKey.ORDER);
        suspects.forEach((watch, cell) -> all.put(watch, cell.suspects));
        return all;
    }

    /** Puts what changed. */
    void flush(Journal journal) {
        for (Cell cell : touched) {
            journal.put(cell.key, cell.bytes());
            cell.touched = false;
        }
        touched.clear();
        if (totalsTouched) {
            journal.put(prefix + TOTALS, totals.toBytes(writer));
            totalsTouched = false;
        }
    }

    /** Removes everything that was put. */
    void forget(Journal journal) {
        features.values().forEach(cell -> journal.remove(cell.key));
        watches.values().forEach(cell -> journal.remove(cell.key));
        fidelity.values().forEach(cell -> journal.remove(cell.key));
        suspects.values().forEach(cell -> journal.remove(cell.key));
        journal.remove(prefix + TOTALS);
    }

    void snapshot(SortedMap<String, byte[]> out) {
        features.values().forEach(cell -> out.put(cell.key, cell.bytes().clone()));
        watches.values().forEach(cell -> out.put(cell.key, cell.bytes().clone()));
        fidelity.values().forEach(cell -> out.put(cell.key, cell.bytes().clone()));
        suspects.values().forEach(cell -> out.put(cell.key, cell.bytes()));
        out.put(prefix + TOTALS, totals.toBytes(writer));
    }

    /** Takes over one stored entry of this pane; {@code name} is what follows the pane in its key. */
    void restore(String name, byte[] value) {
        if (name.equals(TOTALS)) {
            totals = Totals.fromBytes(value);
        } else if (name.startsWith(SUSPECTS)) {
            String watch = name.substring(SUSPECTS.length());
            suspects.put(watch, new SuspectsCell(prefix + name, Suspects.fromBytes(value)));
        } else {
            restoreBlock(name, value);
        }
    }

    private void restoreBlock(String name, byte[] value) {
        BlockKey key = BlockKey.parse(name);
        if (key instanceof BlockKey.Watch) {
            watches.put(name, new WatchCell(prefix + name, WatchBlock.decode(value)));
        } else if (key instanceof BlockKey.Fidelity) {
            fidelity.put(name, new FidelityCell(prefix + name, FidelityBlock.decode(value)));
        } else {
            features.put(name, new FeatureCell(prefix + name, FeatureBlock.wrap(value.clone())));
        }
    }

    /** Takes over the totals of a pane that had no number yet. */
    void adopt(Totals earlier) {
        totals = earlier;
        totalsTouched = true;
    }

    private void touch(Cell cell) {
        if (!cell.touched) {
            cell.touched = true;
            touched.add(cell);
        }
    }

    /** A stored value with its journal key. */
    private abstract static class Cell {

        final String key;
        boolean touched;

        Cell(String key) {
            this.key = key;
        }

        abstract byte[] bytes();
    }

    private static final class FeatureCell extends Cell {

        final FeatureBlock block;

        FeatureCell(String key, FeatureBlock block) {
            super(key);
            this.block = block;
        }

        @Override
        byte[] bytes() {
            return block.bytes();
        }
    }

    private static final class WatchCell extends Cell {

        final WatchBlock block;

        WatchCell(String key, WatchBlock block) {
            super(key);
            this.block = block;
        }

        @Override
        byte[] bytes() {
            return block.bytes();
        }
    }

    private static final class FidelityCell extends Cell {

        final FidelityBlock block;

        FidelityCell(String key, FidelityBlock block) {
            super(key);
            this.block = block;
        }

        @Override
        byte[] bytes() {
            return block.bytes();
        }
    }

    private static final class SuspectsCell extends Cell {

        final Suspects suspects;

        SuspectsCell(String key, Suspects suspects) {
            super(key);
            this.suspects = suspects;
        }

        @Override
        byte[] bytes() {
            return suspects.toBytes();
        }
    }
}
