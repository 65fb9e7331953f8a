package io.seismo.score;

import io.seismo.spec.DetectorPlan;
import io.seismo.spec.MonitorPlan;
import io.seismo.spec.TapPlan;
import io.seismo.spec.WatchPlan;
import io.seismo.window.BlockKey;
import io.seismo.window.FeatureBlock;
import io.seismo.window.RequestSample;
import java.util.ArrayList;
import java.util.List;

/** A plan laid out for scoring: arrays in plan order, keys made once. */
final class ScorePlan {

    private final MonitorPlan plan;
    private final Watch[] watches;
    private final Features[] encoders;
    private final RequestSample sample;

    ScorePlan(MonitorPlan plan) {
        this.plan = plan;
        this.watches = plan.watches().stream().map(this::watch).toArray(Watch[]::new);
        List<Features> full = new ArrayList<>();
        double fraction = 0;
        for (TapPlan tap : plan.taps()) {
            for (TapPlan.EncoderPlan encoder : tap.encoders()) {
                if (!encoder.probe() && encoder.fullFraction() > 0) {
                    full.add(new Features(encoder.name(), encoder.width(), plan.measures(encoder.name())));
                    fraction = Math.max(fraction, encoder.fullFraction());
                }
            }
        }
        this.encoders = full.toArray(Features[]::new);
        this.sample = new RequestSample(fraction);
    }

    MonitorPlan plan() {
        return plan;
    }

    long epoch() {
        return plan.epoch();
    }

    /** Watch entries in plan order. */
    Watch[] watches() {
        return watches;
    }

    /** Encoders with a full graph in plan order. */
    Features[] encoders() {
        return encoders;
    }

    /** Whether any full graph encodes the request. */
    boolean samples(String requestId) {
        return sample.includes(requestId);
    }

    /** A watch entry: where its signal is, what it fires above, its caps in detector order. */
    static final class Watch {

        final String id;
        final String key;
        final int[] columns;
        final Aggregator aggregator;
        final float firesAbove;
        final DetectorPlan.Cap[] caps;

        Watch(WatchPlan watch, DetectorPlan.Cap[] caps) {
            this.id = watch.id();
            this.key = new BlockKey.Watch(watch.id()).text();
            this.columns = watch.columns().stream().mapToInt(Integer::intValue).toArray();
            this.aggregator = Aggregator.of(watch.aggregator());
            this.firesAbove = watch.firesAbove();
            this.caps = caps;
        }

        /** Largest of the entry's columns in a row that starts at {@code row}. */
        float signal(float[] watched, int row) {
            float signal = watched[row + columns[0]];
            for (int i = 1; i < columns.length; i++) {
                float value = watched[row + columns[i]];
                if (value > signal) {
                    signal = value;
                }
            }
            return signal;
        }
    }

    /** An encoder with a full graph: its name and the keys of its blocks. */
    static final class Features {

        final String name;
        final int width;
        final String[] keys;
        final String fidelityKey;
        /** Whether a detector looks at how it describes its rows. */
        final boolean measured;

        Features(String name, int width, boolean measured) {
            this.name = name;
            this.width = width;
            this.fidelityKey = new BlockKey.Fidelity(name).text();
            this.measured = measured;
            this.keys = new String[(width + FeatureBlock.SIZE - 1) / FeatureBlock.SIZE];
            for (int block = 0; block < keys.length; block++) {
                keys[block] = new BlockKey.Features(name, block).text();
            }
        }
    }

    private Watch watch(WatchPlan watch) {
        DetectorPlan.Cap[] caps = plan.detectors().stream()
                .filter(detector -> detector instanceof DetectorPlan.Cap)
                .map(detector -> (DetectorPlan.Cap) detector)
                .filter(cap -> cap.watches().contains(watch.id()))
                .toArray(DetectorPlan.Cap[]::new);
        return new Watch(watch, caps);
    }
}
