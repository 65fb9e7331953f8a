package io.seismo.weights.family;

import io.seismo.weights.TensorType;
import io.seismo.weights.file.Halves;
import io.seismo.weights.file.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/**
 * A seeded SAE as SAELens would write it, with the arithmetic of SAELens in double precision beside it.
 *
 * <p>Keeps the values as the file holds them, after rounding to its type, so that the oracle knows nothing of folding.
 */
public final class RandomSae {

    public final int dIn;
    public final int dSae;
    public final String architecture;
    public final int k;
    public final float[] encoder;
    public final float[] encoderBias;
    public final float[] decoderBias;
    public final float[] threshold;
    private final TensorType type;

    /**
     * @param architecture standard, jumprelu or topk
     * @param type element type of the file
     */
    public RandomSae(String architecture, TensorType type, int dIn, int dSae, long seed) {
        Random random = new Random(seed);
        this.architecture = architecture;
        this.type = type;
        this.dIn = dIn;
        this.dSae = dSae;
        this.k = Math.max(1, dSae / 48);
        this.encoder = normal(random, dIn * dSae, 1 / Math.sqrt(dIn));
        this.encoderBias = normal(random, dSae, 0.5);
        this.decoderBias = normal(random, dIn, 0.3);
        this.threshold = new float[dSae];
        for (int f = 0; f < dSae; f++) {
            threshold[f] = rounded((float) (f % 7 == 0 ? -1 : 1.5 + 0.1 * random.nextGaussian()));
        }
    }

    private float[] normal(Random random, int count, double scale) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = rounded((float) (random.nextGaussian() * scale));
        }
        return values;
    }

    private float rounded(float value) {
        return switch (type) {
            case F16 -> TensorType.half(Halves.toF16(value));
            case BF16 -> Float.intBitsToFloat(Halves.toBf16(value) << 16);
            case F32, F64 -> value;
            case I64, I32 -> throw new IllegalArgumentException("no SAE is made of integers");
        };
    }

    /** Writes cfg.json and the weights. */
    public Path write(Path directory) throws IOException {
        Files.createDirectories(directory);
        Files.writeString(directory.resolve("cfg.json"), """
                {"architecture": "%s", "d_in": %d, "d_sae": %d, "k": %d, "dtype": "float32",
                 "apply_b_dec_to_input": true, "normalize_activations": "none",
                 "metadata": {"sae_lens_version": "6.38.0", "model_name": "m", "hook_name": "blocks.3.hook_resid_post"}}
                """.formatted(architecture, dIn, dSae, k));
        SafetensorsWriter writer = new SafetensorsWriter()
                .add("W_enc", type, encoder, dIn, dSae)
                .add("b_enc", type, encoderBias, dSae)
                .add("b_dec", type, decoderBias, dIn);
        if (architecture.equals("jumprelu")) {
            writer.add("threshold", type, threshold, dSae);
        }
        writer.write(directory.resolve("sae_weights.safetensors"));
        return directory;
    }

    /** (x − b_dec) @ W_enc + b_enc, summed in index order. */
    public double[] preActivations(float[] x) {
        double[] pre = new double[dSae];
        for (int i = 0; i < dIn; i++) {
            double u = (double) x[i] - decoderBias[i];
            for (int f = 0; f < dSae; f++) {
                pre[f] += u * encoder[i * dSae + f];
            }
        }
        for (int f = 0; f < dSae; f++) {
            pre[f] += encoderBias[f];
        }
        return pre;
    }

    /** The bias of the canonical form. */
    public double canonicalBias(int f) {
        double bias = encoderBias[f];
        for (int i = 0; i < dIn; i++) {
            bias -= (double) decoderBias[i] * encoder[i * dSae + f];
        }
        return bias;
    }

    /** ‖w_f‖₂. */
    public double columnNorm(int f) {
        double sum = 0;
        for (int i = 0; i < dIn; i++) {
            sum += (double) encoder[i * dSae + f] * encoder[i * dSae + f];
        }
        return Math.sqrt(sum);
    }
}
