package io.seismo.activation;

import io.seismo.encoder.Encoder;
import io.seismo.spec.MonitorPlan;
import io.seismo.weights.recorded.RecordedRows;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * What a process has loaded for the plan of an epoch. Asked once an epoch, when its first frame comes; what it gives is
 * shared, and handed back when the epoch is past.
 */
@FunctionalInterface
public interface Loaded extends Function<MonitorPlan, Map<String, Encoder>> {

    /**
     * Encoders by name in the spec.
     *
     * @throws io.seismo.encoder.EncoderException when they are not to be had: the frames of that epoch are then refused
     */
    @Override
    Map<String, Encoder> apply(MonitorPlan plan);

    /**
     * Recorded rows of the plan's canaries, by name in the spec.
     *
     * @throws io.seismo.encoder.EncoderException when they are not to be had: canaries of that epoch are then not compared
     */
    default Map<String, RecordedRows> canaries(MonitorPlan plan) {
        return Map.of();
    }

    /**
     * Says that what {@link #apply} gave once for this plan is not used any more: no frame of its epoch can come. Said once
     * for each time that it gave something.
     */
    default void done(MonitorPlan plan) {}

    /** Both, of which nothing need be handed back. */
    static Loaded of(
            Function<MonitorPlan, Map<String, Encoder>> encoders,
            Function<MonitorPlan, Map<String, RecordedRows>> canaries) {
        return of(encoders, canaries, plan -> {});
    }

    /** All three. */
    static Loaded of(
            Function<MonitorPlan, Map<String, Encoder>> encoders,
            Function<MonitorPlan, Map<String, RecordedRows>> canaries,
            Consumer<MonitorPlan> done) {
        return new Loaded() {
            @Override
            public Map<String, Encoder> apply(MonitorPlan plan) {
                return encoders.apply(plan);
            }

            @Override
            public Map<String, RecordedRows> canaries(MonitorPlan plan) {
                return canaries.apply(plan);
            }

            @Override
            public void done(MonitorPlan plan) {
                done.accept(plan);
            }
        };
    }
}
