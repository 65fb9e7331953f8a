package io.seismo.topology;

import io.seismo.encoder.Encoder;
import io.seismo.wire.AlertTransition;
import io.seismo.wire.Breach;
import io.seismo.wire.FeatureRecord;
import io.seismo.wire.PaneDigest;
import io.seismo.wire.PanePartial;
import io.seismo.wire.RequestScore;
import java.util.Map;

/**
 * What the processors tell the outside about their work. Called on stream threads; must not block, must not throw.
 *
 * <p>Metrics are side effects: they count what was processed, also when a transaction is aborted and its records are
 * processed again. What must be exact is in the topics.
 */
public interface RoleMetrics {

    /** Tells nobody. */
    RoleMetrics NONE = new RoleMetrics() {};

    /** The encoders that a task is to use: these, or ones that measure them. */
    default Map<String, Encoder> timed(Map<String, Encoder> encoders) {
        return encoders;
    }

    /** Requests a partition holds open at a tick. */
    default void open(int partition, int requests) {}

    default void encoded(FeatureRecord features) {}

    default void scored(RequestScore score) {}

    default void breached(Breach breach) {}

    default void partial(PanePartial partial) {}

    default void merged(PaneDigest digest) {}

    default void moved(AlertTransition transition) {}
}
