/**
 * What Seismo says about itself: every metric name in one place, and what keeps logs readable.
 *
 * <p>{@link io.seismo.telemetry.Meters} declares each instrument once, with its unit and the keys of its attributes;
 * dashboards and rules are tested against it. Instruments are of the OpenTelemetry API, so that an embedding program may
 * bring its own SDK; {@link io.seismo.telemetry.Telemetry} sets one up that is read as Prometheus text over our own HTTP
 * server.
 *
 * <p>Cardinality is bounded: an attribute takes its values from a closed set (reasons, states, roles, outcomes), from
 * the partitions of a topic, or from the watch entries, receivers and encoders of the spec. Features of an SAE, request
 * ids, sources, accounts and texts are never attributes, and no payload is ever logged.
 *
 * <p>Threads: instruments may be used from any thread. Failure: telemetry never fails a caller.
 */
@NullMarked
package io.seismo.telemetry;

import org.jspecify.annotations.NullMarked;
