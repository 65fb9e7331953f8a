package io.seismo.encoder;

import io.seismo.weights.Activation;
import io.seismo.weights.ByteSource;
import io.seismo.weights.EncoderWeights;
import io.seismo.weights.InputNorm;
import io.seismo.weights.Manifest;
import io.seismo.weights.Matrix;
import io.seismo.weights.Tensor;
import io.seismo.weights.TensorType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Random;

/** Canonical weights made in memory. */
public final class TestWeights {

    private TestWeights() {}

    /** W from rows of equal length. */
    public static EncoderWeights of(float[][] matrix, float[] bias, Activation activation, InputNorm norm) {
        int dIn = matrix.length;
        int width = matrix[0].length;
        ByteBuffer bytes = ByteBuffer.allocate(dIn * width * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (float[] row : matrix) {
            for (float value : row) {
                bytes.putFloat(value);
            }
        }
        ByteSource source = ByteSource.memory("memory", bytes.array());
        Tensor tensor = new Tensor("W", TensorType.F32, List.of((long) dIn, (long) width), source, 0);
        Manifest manifest = new Manifest("test", "memory", source.sha256(), "", "", "", dIn, width, "F32", List.of());
        return new EncoderWeights(manifest, Matrix.of(tensor), bias, activation, norm);
    }

    /** The identity: pre-activations are the row itself, bit for bit. */
    public static EncoderWeights identity(int width, Activation activation) {
        float[][] matrix = new float[width][width];
        for (int i = 0; i < width; i++) {
            matrix[i][i] = 1;
        }
        return of(matrix, new float[width], activation, InputNorm.NONE);
    }

    /** Gaussian weights. */
    public static EncoderWeights random(int dIn, int width, Activation activation, InputNorm norm) {
        Random random = new Random(dIn * 31L + width);
        float[][] matrix = new float[dIn][width];
        for (float[] row : matrix) {
            for (int c = 0; c < width; c++) {
                row[c] = (float) (random.nextGaussian() / Math.sqrt(dIn));
            }
        }
        float[] bias = new float[width];
        for (int c = 0; c < width; c++) {
            bias[c] = (float) random.nextGaussian() * 0.3f;
        }
        return of(matrix, bias, activation, norm);
    }
}
