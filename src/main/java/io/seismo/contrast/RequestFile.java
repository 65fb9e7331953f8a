package io.seismo.contrast;

import io.seismo.spec.EncoderFacts;
import io.seismo.weights.ByteSource;
import io.seismo.weights.WeightsException;
import io.seismo.wire.Dtype;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Captured requests in a file.
 *
 * <p>{@code .frames}: {@link io.seismo.wire.ActivationRecord}s as on the topic {@code activations}, each behind its length
 * as a varint (what protobuf's {@code writeDelimitedTo} writes). {@code .bin}: one record without a length.
 * {@code .safetensors} and {@code .npz}: {@code activations} [rows, d_in], {@code requests} [rows] (the number of the
 * request of each row, those of a request consecutive) and, optionally, {@code row_kinds} [rows].
 */
public interface RequestFile {

    /** Where it lies. */
    Path path();

    /** What it says about itself. */
    Facts facts();

    /**
     * Reads it from the beginning to the end.
     *
     * @param sink hears of batches in the order of the file
     * @return what was not handed on
     */
    Intake read(Consumer<Batch> sink);

    /** Its size. */
    default long bytes() {
        return ByteSource.file(path()).size();
    }

    /** SHA-256 of the whole file, hex. */
    default String sha256() {
        return ByteSource.file(path()).sha256();
    }

    /**
     * What a file says about itself.
     *
     * @param model empty when it does not say
     * @param revision empty when it does not say
     * @param hook empty when it does not say
     */
    record Facts(String model, String revision, String hook, Dtype dtype, int dIn) {

        /** With what an encoder says about itself where the file says nothing. */
        public Facts or(EncoderFacts encoder) {
            return new Facts(
                    model.isEmpty() ? encoder.model() : model,
                    revision.isEmpty() ? encoder.revision() : revision,
                    hook.isEmpty() ? encoder.hook() : hook,
                    dtype,
                    dIn);
        }
    }

    /**
     * What was not handed on.
     *
     * @param records read
     * @param refused records by reason, as the pipeline would have refused them
     * @param orphanRows rows of requests whose beginning is missing, or that came twice
     * @param repeated requests whose id had ended before; their rows were left out
     */
    record Intake(long records, SortedMap<String, Long> refused, long orphanRows, long repeated) {

        public Intake {
            refused = new TreeMap<>(refused);
        }
    }

    /**
     * Opens a file by the end of its name.
     *
     * @throws WeightsException when there is none, it is of another kind, or it is not sound
     */
    static RequestFile open(Path path, RowSelection selection) {
        if (!Files.isRegularFile(path)) {
            throw new WeightsException("no file " + path, "give the path as seen from the working directory");
        }
        String name = path.toString();
        if (name.endsWith(FrameFile.EXTENSION) || name.endsWith(FrameFile.SINGLE)) {
            return FrameFile.open(path, selection);
        }
        if (name.endsWith(".safetensors") || name.endsWith(".npz")) {
            return ArrayRequests.open(path, selection);
        }
        throw new WeightsException(
                path + " is neither .frames, .bin, .safetensors nor .npz", "see features.md for what each holds");
    }
}
