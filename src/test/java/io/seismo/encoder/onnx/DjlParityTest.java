package io.seismo.encoder.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.translate.NoopTranslator;
import ai.onnx.proto.OnnxMl;
import com.google.protobuf.ByteString;
import io.seismo.encoder.Encoder;
import io.seismo.encoder.Rows;
import io.seismo.encoder.TestWeights;
import io.seismo.weights.Activation;
import io.seismo.weights.EncoderWeights;
import io.seismo.weights.InputNorm;
import io.seismo.wire.Dtype;
import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What the direct path skips is only DJL's copying: its predictor gives the same bits from the same graph. */
class DjlParityTest {

    private static final int D_IN = 48;
    private static final int WIDTH = 100;
    private static final int ROWS = 17;

    @Test
    void shouldGiveEqualBitsWhenRunByDjlsPredictor() throws Exception {
        EncoderWeights weights = TestWeights.random(D_IN, WIDTH, new Activation.Linear(), InputNorm.NONE);
        Rows rows = Rows.random(Dtype.DTYPE_F32, ROWS, D_IN, 2);
        float[] direct = new float[ROWS * WIDTH];
        List<Integer> all = IntStream.range(0, WIDTH).boxed().toList();
        try (Encoder encoder = OnnxEncoders.open(weights, all, false, Dtype.DTYPE_F32)) {
            encoder.watch(rows.block(), direct, 0, WIDTH);
        }

        float[] throughDjl = predict(embed(weights), rows);

        assertThat(throughDjl).containsExactly(direct);
    }

    private static float[] predict(byte[] graph, Rows rows) throws Exception {
        try (Model model = Model.newInstance("parity", "OnnxRuntime")) {
            model.load(new ByteArrayInputStream(graph));
            try (Predictor<NDList, NDList> predictor = model.newPredictor(new NoopTranslator());
                    NDManager manager = model.getNDManager().newSubManager()) {
                float[] flat = new float[ROWS * D_IN];
                for (int r = 0; r < ROWS; r++) {
                    System.arraycopy(rows.values()[r], 0, flat, r * D_IN, D_IN);
                }
                NDArray input = manager.create(flat, new Shape(ROWS, D_IN));
                return predictor.predict(new NDList(input)).head().toFloatArray();
            }
        }
    }

    /** The same graph with the weights inside, since DJL knows no external initialisers. */
    private static byte[] embed(EncoderWeights weights) throws Exception {
        OnnxMl.ModelProto.Builder model =
                OnnxMl.ModelProto.parseFrom(new OnnxGraph(Dtype.DTYPE_F32, D_IN, WIDTH).toBytes()).toBuilder();
        ByteBuffer bias = ByteBuffer.allocate(WIDTH * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bias.asFloatBuffer().put(weights.bias());
        ByteBuffer[] data = {weights.matrix().bytes(), bias};
        for (int i = 0; i < data.length; i++) {
            model.getGraphBuilder()
                    .getInitializerBuilder(i)
                    .clearDataLocation()
                    .clearExternalData()
                    .setRawData(ByteString.copyFrom(data[i]));
        }
        return model.build().toByteArray();
    }
}
