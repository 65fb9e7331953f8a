package io.seismo.spec;

import io.seismo.wire.Severity;

/**
 * One thing that is watched.
 *
 * @param read what it reads on a token
 * @param aggregate how token signals become a request score
 * @param firesAbove a request fires when its score is strictly above this
 * @param severity of alerts about it
 * @param team who owns it; empty when not given
 * @param label what it is thought to mean; empty when not given
 * @param labelFrom where the label comes from; empty when not given
 * @param priorRate share of requests expected to fire; 0 when unknown
 */
public record WatchSpec(
        ReadExpression read,
        AggregatorSpec aggregate,
        float firesAbove,
        Severity severity,
        String team,
        String label,
        String labelFrom,
        double priorRate) {}
