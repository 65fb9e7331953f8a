package io.seismo.app.live;

import io.seismo.activation.Loaded;
import io.seismo.encoder.Encoder;
import io.seismo.encoder.EncoderException;
import io.seismo.spec.MonitorPlan;
import io.seismo.spec.Plans;
import io.seismo.topology.RoleMetrics;
import io.seismo.topology.Runner;
import io.seismo.topology.SeismoTopologies;
import io.seismo.topology.StreamsSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * The Streams roles of one process over one cluster: ENCODE and WATCH.
 *
 * <p>Closing is clean: what was processed is committed, local state is kept for the next start.
 */
public final class Monitor implements AutoCloseable {

    /**
     * What to run.
     *
     * @param plans of all epochs
     * @param epoch number of the epoch this process was started with
     * @param bootstrap brokers
     * @param client further Kafka properties (TLS, SASL, overrides), passed through
     * @param stateDir directory of the local stores
     * @param roles which roles
     * @param threads stream threads of each role
     */
    public record Options(
            Plans plans,
            long epoch,
            String bootstrap,
            Map<String, Object> client,
            Path stateDir,
            Set<Role> roles,
            int threads) {}

    private static final int GENERATION = 1;

    private final Options options;
    private final List<Runner> runners = new ArrayList<>();

    /**
     * Builds the applications; starts nothing.
     *
     * @param encoders the caller's, to be closed after this
     */
    public Monitor(Options options, EncoderShelf encoders, RoleMetrics metrics) {
        this.options = options;
        if (options.roles().contains(Role.ENCODE)) {
            runners.add(new Runner(
                    Role.ENCODE.id(),
                    SeismoTopologies.encode(
                            options.plans(),
                            Loaded.of(plan -> open(plan, encoders), encoders::canaries, encoders::release),
                            metrics),
                    settings(Role.ENCODE)));
        }
        if (options.roles().contains(Role.WATCH)) {
            runners.add(new Runner(
                    Role.WATCH.id(), SeismoTopologies.watch(options.plans(), metrics), settings(Role.WATCH)));
        }
    }

    /**
     * An epoch that another process brought may need weights that are not here: then this process must stop, so that its
     * partitions go to one that has them. Of an epoch that is past, nobody may have them any more: its late frames are
     * refused, and counted.
     */
    private Map<String, Encoder> open(MonitorPlan plan, EncoderShelf encoders) {
        try {
            return encoders.of(plan);
        } catch (EncoderException e) {
            if (plan.epoch() > options.epoch()) {
                throw new IllegalStateException(
                        "epoch " + plan.epoch() + " is announced, and its encoders cannot be opened here: "
                                + e.getMessage() + "; restart this process with the spec and weights of that epoch",
                        e);
            }
            throw e;
        }
    }

    private Map<String, Object> settings(Role role) {
        String application = "seismo-" + options.plans().newest().deployment() + "-" + role.id() + "-g" + GENERATION;
        return StreamsSettings.of(application, options.bootstrap(), options.stateDir())
                .threads(options.threads())
                .with(options.client())
                .toMap();
    }

    /** Starts all roles; returns at once. */
    public void start() {
        runners.forEach(Runner::start);
    }

    /** Waits until every role processes; false when time ran out. */
    public boolean awaitRunning(Duration timeout) throws InterruptedException {
        for (Runner runner : runners) {
            if (!runner.awaitRunning(timeout)) {
                return false;
            }
        }
        return true;
    }

    /** Completes with the cause when a role has stopped by failure. */
    public CompletableFuture<Object> failure() {
        return CompletableFuture.anyOf(runners.stream().map(Runner::failure).toArray(CompletableFuture[]::new));
    }

    /** Roles with their states, for health pages. */
    List<Runner> runners() {
        return List.copyOf(runners);
    }

    @Override
    public void close() {
        runners.forEach(Runner::close);
    }
}
