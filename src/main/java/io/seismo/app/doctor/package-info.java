/**
 * The ground a deployment stands on: its topics, their settings, and what a broker must be able to do.
 *
 * <p>{@code topics create} makes what is missing and never changes what exists; {@code topics check} and {@code doctor}
 * compare and name each difference as a {@link io.seismo.app.doctor.Finding} with its remedy. Both read only; {@link io.seismo.app.doctor.capture} does the same for what a capture sends.
 */
@NullMarked
package io.seismo.app.doctor;

import org.jspecify.annotations.NullMarked;
