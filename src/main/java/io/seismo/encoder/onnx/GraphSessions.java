package io.seismo.encoder.onnx;

import ai.onnxruntime.OrtEnvironment;
import io.seismo.encoder.EncoderException;
import io.seismo.spec.Device;

/** Makes sessions where a spec wants them, or, where it allows, on the processor. */
final class GraphSessions {

    private GraphSessions() {}

    /**
     * A session on a device.
     *
     * @throws EncoderException when the device cannot be used and nothing may stand in, with the remedy
     */
    static GraphSession open(
            OrtEnvironment environment, OnnxGraph graph, OrtGraphSession.Weights given, Device device) {
        if (!device.gpu()) {
            return OrtGraphSession.open(environment, graph, given);
        }
        try {
            GraphSession session = OrtGraphSession.open(environment, graph, given, device);
            return device.fallback()
                    ? new FallbackSession(
                            device.place(), session, () -> OrtGraphSession.open(environment, graph, given))
                    : session;
        } catch (EncoderException e) {
            if (!device.fallback()) {
                throw e;
            }
            DeviceFallbacks.report(device.place(), String.valueOf(e.getMessage()));
            return OrtGraphSession.open(environment, graph, given);
        }
    }
}
