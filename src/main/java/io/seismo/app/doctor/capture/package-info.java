/**
 * What a stream of activation frames says about the capture that wrote it.
 *
 * <p>{@link io.seismo.app.doctor.capture.CaptureVisit} reads records, of a topic for some seconds or of a file, and shows each
 * to the checks. A {@link io.seismo.app.doctor.capture.CaptureCheck} keeps a bounded summary and judges it at the end, in
 * numbers, with what to do: one class a question. Judging is pure. A canary of the spec is the best evidence; without one
 * the fit of an SAE on the tap stands in where it has a decoder, and where there is neither a check says that it does not
 * know. Nothing of a payload, a text or an id is ever shown.
 */
@NullMarked
package io.seismo.app.doctor.capture;

import org.jspecify.annotations.NullMarked;
