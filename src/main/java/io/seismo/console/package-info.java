/**
 * What is read over HTTP: health and metrics.
 *
 * <p>{@code /livez} says that the process answers, and asks nobody else: a broker that is away must not get a healthy
 * process killed. {@code /readyz} asks the checks handed in and names those that fail. {@code /metrics} is Prometheus
 * text. None of them carries a payload, a request id or a text.
 *
 * <p>Bound to the loopback interface unless told otherwise. Threads: Jetty's; checks are called on them and must answer
 * from memory. Failure: a check that throws counts as not ready, by name.
 */
@NullMarked
package io.seismo.console;

import org.jspecify.annotations.NullMarked;
