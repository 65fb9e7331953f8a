package io.seismo.encoder.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.seismo.encoder.EncoderException;
import java.util.Map;
import java.util.Set;

/** Results whose sizes the rows decide: they lie in the runtime's memory and are copied out, as little as fired. */
final class OpenBinding implements GraphSession.Binding {

    private static final Set<String> ASKED = Set.of(Ending.WHERE, Ending.VALUES);

    private final OrtSession session;
    private final OnnxTensor input;
    private final Map<String, OnnxTensor> inputs;
    private final Found found;

    /**
     * @param input closed with this
     * @param found takes the results of each run
     */
    OpenBinding(OrtSession session, OnnxTensor input, Found found) {
        this.session = session;
        this.input = input;
        this.inputs = Map.of(OnnxGraph.INPUT, input);
        this.found = found;
    }

    @Override
    public void run() {
        try (OrtSession.Result result = session.run(inputs, ASKED)) {
            found.take(tensor(result, Ending.WHERE), tensor(result, Ending.VALUES));
        } catch (OrtException e) {
            throw OrtGraphSession.failed(e);
        }
    }

    private static OnnxTensor tensor(OrtSession.Result result, String name) {
        return (OnnxTensor) result.get(name).orElseThrow(() -> new EncoderException("ONNX Runtime gave no " + name));
    }

    @Override
    public void close() {
        input.close();
    }
}
