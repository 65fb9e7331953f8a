package io.seismo.encoder.onnx;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;

/** SAEs of benchmark size as SAELens directories, made on the spot and deleted when the process ends. */
final class BenchmarkSaes {

    static final int D_IN = 384;
    static final int D_SAE = 3072;
    static final int LARGE_D_IN = 4096;
    static final int LARGE_D_SAE = 65_536;
    /** Only these columns of the large matrix are written; the rest of its gibibyte is a hole in the file. */
    static final int LARGE_WRITTEN = 256;

    private BenchmarkSaes() {}

    static ByteBuffer gaussian(int count, double scale) {
        Random random = new Random(count);
        ByteBuffer values = ByteBuffer.allocateDirect(count * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < count; i++) {
            values.putFloat((float) (random.nextGaussian() * scale));
        }
        return values.flip();
    }

    static Path small() throws IOException {
        return of(D_IN, D_SAE);
    }

    static Path of(int dIn, int dSae) throws IOException {
        return of(dIn, dSae, 2);
    }

    /** One of which about {@code fires} features fire on a Gaussian row, whatever its size. */
    static Path sparse(int dIn, int dSae, int fires) throws IOException {
        // Pre-activations are Gaussian with this deviation; the tail above z is about exp(-z²/2) / (z·√(2π)).
        double deviation = Math.sqrt(0.05 * 0.05 * dIn + 0.1 * 0.1);
        double z = 0;
        while (Math.exp(-z * z / 2) / (Math.max(z, 1) * Math.sqrt(2 * Math.PI)) * dSae > fires) {
            z += 0.001;
        }
        return of(dIn, dSae, (float) (z * deviation));
    }

    private static Path of(int dIn, int dSae, float threshold) throws IOException {
        Path directory = directory(dIn, dSae);
        try (FileChannel file = weights(directory, dIn, dSae)) {
            file.write(gaussian(dIn * dSae, 0.05));
            tail(file, dSae, threshold);
        }
        return directory;
    }

    static Path large() throws IOException {
        Path directory = directory(LARGE_D_IN, LARGE_D_SAE);
        try (FileChannel file = weights(directory, LARGE_D_IN, LARGE_D_SAE)) {
            long start = file.position();
            ByteBuffer columns = gaussian(LARGE_WRITTEN, 0.05);
            for (int r = 0; r < LARGE_D_IN; r++) {
                file.write(columns.rewind(), start + (long) r * LARGE_D_SAE * Float.BYTES);
            }
            file.position(start + (long) LARGE_D_IN * LARGE_D_SAE * Float.BYTES);
            tail(file, LARGE_D_SAE, 2);
        }
        return directory;
    }

    /** Biases and thresholds; at d_in 384 about two in a hundred pre-activations lie above 2. */
    private static void tail(FileChannel file, int dSae, float threshold) throws IOException {
        file.write(gaussian(dSae, 0.1));
        ByteBuffer thresholds = ByteBuffer.allocate(dSae * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int f = 0; f < dSae; f++) {
            thresholds.putFloat(threshold);
        }
        file.write(thresholds.flip());
    }

    private static Path directory(int dIn, int dSae) throws IOException {
        Path directory = Files.createTempDirectory("seismo-benchmark-sae");
        directory.toFile().deleteOnExit();
        Path config = directory.resolve("cfg.json");
        Files.writeString(
                config,
                "{\"architecture\":\"jumprelu\",\"d_in\":" + dIn + ",\"d_sae\":" + dSae
                        + ",\"apply_b_dec_to_input\":false}");
        config.toFile().deleteOnExit();
        return directory;
    }

    private static FileChannel weights(Path directory, int dIn, int dSae) throws IOException {
        Path path = directory.resolve("sae_weights.safetensors");
        long matrix = (long) dIn * dSae * Float.BYTES;
        long vector = (long) dSae * Float.BYTES;
        String header =
                "{\"W_enc\":{\"dtype\":\"F32\",\"shape\":[%d,%d],\"data_offsets\":[0,%d]},".formatted(dIn, dSae, matrix)
                        + "\"b_enc\":{\"dtype\":\"F32\",\"shape\":[%d],\"data_offsets\":[%d,%d]},"
                                .formatted(dSae, matrix, matrix + vector)
                        + "\"threshold\":{\"dtype\":\"F32\",\"shape\":[%d],\"data_offsets\":[%d,%d]}}"
                                .formatted(dSae, matrix + vector, matrix + 2 * vector);
        byte[] text = (header + " ".repeat((8 - header.length() % 8) % 8)).getBytes(StandardCharsets.US_ASCII);
        FileChannel file = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        path.toFile().deleteOnExit();
        ByteBuffer length =
                ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(text.length);
        file.write(length.flip());
        file.write(ByteBuffer.wrap(text));
        return file;
    }
}
