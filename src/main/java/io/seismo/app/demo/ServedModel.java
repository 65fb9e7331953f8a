package io.seismo.app.demo;

import ai.djl.MalformedModelException;
import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ModelNotFoundException;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.NoopTranslator;
import ai.djl.translate.TranslateException;
import ai.onnx.proto.OnnxMl.ModelProto;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The served model of the demo: all-MiniLM-L6-v2 cut at the tapped layer, run by ONNX Runtime through DJL.
 *
 * <p>A small text encoder standing in for a language model: same frames, same code. Texts are read one at a time, so that
 * what is captured does not depend on what else is served. Not safe for use by several threads.
 */
final class ServedModel implements AutoCloseable {

    /** Width of a row of activations. */
    static final int D_IN = 384;

    private static final String MODEL = "/all-minilm-l6-v2.onnx";
    private static final String TOKENIZER = "/all-minilm-l6-v2-tokenizer.json";

    private final HuggingFaceTokenizer tokenizer;
    private final ZooModel<NDList, NDList> model;
    private final Predictor<NDList, NDList> predictor;

    private ServedModel(HuggingFaceTokenizer tokenizer, ZooModel<NDList, NDList> model) {
        this.tokenizer = tokenizer;
        this.model = model;
        this.predictor = model.newPredictor();
    }

    /**
     * Cuts and loads the model.
     *
     * @param scratch directory for the cut model, about 60 MB
     * @param layer block whose output is tapped, from 0
     */
    static ServedModel load(Path scratch, int layer) throws IOException {
        Path cut = scratch.resolve("minilm-" + layer + ".onnx");
        if (!Files.exists(cut)) {
            writeCut(cut, "/encoder/layer." + layer + "/output/LayerNorm/Add_1_output_0");
        }
        Criteria<NDList, NDList> criteria = Criteria.builder()
                .setTypes(NDList.class, NDList.class)
                .optEngine("OnnxRuntime")
                .optModelPath(cut)
                .optTranslator(new NoopTranslator())
                .optOption("intraOpNumThreads", "1")
                .build();
        try (InputStream json = resource(TOKENIZER)) {
            HuggingFaceTokenizer tokenizer = HuggingFaceTokenizer.newInstance(json, Map.of("padding", "false"));
            return new ServedModel(tokenizer, criteria.loadModel());
        } catch (ModelNotFoundException | MalformedModelException e) {
            throw new IOException("the served model cannot be loaded: " + e.getMessage(), e);
        }
    }

    private static void writeCut(Path file, String tensor) throws IOException {
        Path half = file.resolveSibling(file.getFileName() + ".part");
        try (InputStream whole = resource(MODEL)) {
            Files.write(
                    half, TappedGraph.cut(ModelProto.parseFrom(whole), tensor).toByteArray());
        }
        Files.move(half, file);
    }

    private static InputStream resource(String name) throws IOException {
        InputStream stream = ServedModel.class.getResourceAsStream(name);
        if (stream == null) {
            throw new IOException("the demo's model is not on the class path; './seismo demo' puts it there");
        }
        return stream;
    }

    /** Serves one text and captures the tapped layer. */
    CapturedText read(String text) throws TranslateException {
        Encoding encoding = tokenizer.encode(text);
        try (NDManager manager = model.getNDManager().newSubManager()) {
            NDList inputs = new NDList(
                    row(manager, "input_ids", encoding.getIds()),
                    row(manager, "attention_mask", encoding.getAttentionMask()),
                    row(manager, "token_type_ids", encoding.getTypeIds()));
            NDList outputs = predictor.predict(inputs);
            try (NDArray hidden = outputs.singletonOrThrow()) {
                return new CapturedText(
                        text,
                        List.of(encoding.getTokens()),
                        kinds(encoding.getSpecialTokenMask()),
                        bf16(hidden.toFloatArray()));
            }
        }
    }

    private static NDArray row(NDManager manager, String name, long[] values) {
        NDArray array = manager.create(values).reshape(1, values.length);
        array.setName(name);
        return array;
    }

    private static byte[] kinds(long[] specialMask) {
        byte[] kinds = new byte[specialMask.length];
        for (int i = 0; i < kinds.length; i++) {
            kinds[i] = (byte) specialMask[i];
        }
        return kinds;
    }

    /** Rounds to nearest even, as accelerators do. */
    static byte[] bf16(float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * 2).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            int bits = Float.floatToRawIntBits(value);
            int rounded = bits + 0x7FFF + ((bits >>> 16) & 1);
            bytes.putShort((short) (rounded >>> 16));
        }
        return bytes.array();
    }

    @Override
    public void close() {
        predictor.close();
        model.close();
        tokenizer.close();
    }
}
