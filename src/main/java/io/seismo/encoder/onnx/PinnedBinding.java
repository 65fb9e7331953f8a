package io.seismo.encoder.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.seismo.encoder.EncoderException;
import java.util.List;
import java.util.Map;

/** Results of sizes that are known beforehand, written to the caller's buffers. */
final class PinnedBinding implements GraphSession.Binding {

    private final OrtSession session;
    private final List<OnnxTensor> tensors;
    private final Map<String, OnnxTensor> inputs;
    private final Map<String, OnnxTensor> outputs;

    /** @param tensors input, floats and, where the ending has it, what comes beside them; closed with this */
    PinnedBinding(OrtSession session, Ending ending, List<OnnxTensor> tensors) {
        this.session = session;
        this.tensors = tensors;
        this.inputs = Map.of(OnnxGraph.INPUT, tensors.get(0));
        this.outputs = switch (ending.kind()) {
            case MARKED -> Map.of(Ending.PRE, tensors.get(1), Ending.MARKS, tensors.get(2));
            case LARGEST -> Map.of(Ending.VALUES, tensors.get(1), Ending.WHERE, tensors.get(2));
            case PLAIN -> Map.of(Ending.PRE, tensors.get(1));
            case FIRED -> throw new IllegalArgumentException("the size of these results is not known beforehand");
        };
    }

    @Override
    public void run() {
        try (OrtSession.Result result = session.run(inputs, outputs)) {
            if (result.size() != outputs.size()) {
                throw new EncoderException(
                        "ONNX Runtime gave " + result.size() + " results instead of " + outputs.size());
            }
        } catch (OrtException e) {
            throw OrtGraphSession.failed(e);
        }
    }

    @Override
    public void close() {
        tensors.forEach(OnnxTensor::close);
    }
}
