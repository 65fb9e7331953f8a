package io.seismo.app.live;

import io.seismo.app.cli.Deployment;
import io.seismo.app.epochs.LoggedPlans;
import io.seismo.notify.NotifyRole;
import io.seismo.notify.Receivers;
import io.seismo.telemetry.Meters;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The roles beside Kafka Streams: the clock with its watch over stalled panes, and NOTIFY. */
final class SideRoles implements AutoCloseable {

    private final @Nullable ClockRole clock;
    private final @Nullable StallWatch stalls;
    private final @Nullable NotifyRole notify;

    private SideRoles(@Nullable ClockRole clock, @Nullable StallWatch stalls, @Nullable NotifyRole notify) {
        this.clock = clock;
        this.stalls = stalls;
        this.notify = notify;
    }

    /** Where they measure, and what time it is. */
    record Around(Meters meters, InstantSource time) {}

    /** Those of the wanted roles that live here; started later. */
    static SideRoles of(
            Set<Role> wanted, Deployment deployment, LoggedPlans plans, Map<String, Object> client, Around around) {
        boolean ticks = wanted.contains(Role.CLOCK);
        Meters meters = around.meters();
        InstantSource time = around.time();
        return new SideRoles(
                ticks ? new ClockRole(client, deployment.plan(), plans::schedule, time, meters) : null,
                ticks ? new StallWatch(client, deployment.plan(), time, meters) : null,
                wanted.contains(Role.NOTIFY) ? notify(deployment, client, meters, time) : null);
    }

    private static NotifyRole notify(
            Deployment deployment, Map<String, Object> client, Meters meters, InstantSource time) {
        return new NotifyRole(
                new NotifyRole.Settings(
                        client,
                        deployment.plan(),
                        Receivers.open(
                                new TreeMap<>(deployment.document().spec().receivers()), time),
                        NotifyRole.Settings.START_BACK),
                time,
                meters);
    }

    void start() {
        if (clock != null) {
            clock.start();
        }
        if (stalls != null) {
            stalls.start();
        }
        if (notify != null) {
            notify.start();
        }
    }

    /** What must hold for them to be ready. */
    SortedMap<String, BooleanSupplier> checks() {
        SortedMap<String, BooleanSupplier> checks = new TreeMap<>();
        if (clock != null) {
            checks.put(Role.CLOCK.id(), clock::ready);
        }
        if (notify != null) {
            checks.put(Role.NOTIFY.id(), notify::ready);
        }
        return checks;
    }

    /** Completes when one of them has failed; never when none can. */
    CompletableFuture<Throwable> failure() {
        return notify == null ? new CompletableFuture<>() : notify.failure();
    }

    @Override
    public void close() {
        if (notify != null) {
            notify.close();
        }
        if (stalls != null) {
            stalls.close();
        }
        if (clock != null) {
            clock.close();
        }
    }
}
