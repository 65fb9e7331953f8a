package io.seismo.replay;

import io.seismo.spec.Plans;

/**
 * What a driver is to drive.
 *
 * @param plans of all epochs
 * @param start state to start in
 * @param interventions to repeat
 * @param untilMs partition time at which a partition has been read far enough
 */
record Course(Plans plans, StartPoint start, Interventions interventions, long untilMs) {}
