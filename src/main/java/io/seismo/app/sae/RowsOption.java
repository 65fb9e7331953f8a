package io.seismo.app.sae;

import io.seismo.encoder.RowFile;
import io.seismo.weights.WeightsException;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The rows a command reads; a mixin. */
final class RowsOption {

    @Option(
            names = "--activations",
            required = true,
            paramLabel = "FILE",
            description = "Rows [.., d_in]: .npy or .npz in f32 or f16, .safetensors also in bf16.")
    private Path file = Path.of("");

    @Option(
            names = "--tensor",
            defaultValue = "",
            paramLabel = "NAME",
            description = "Which array, where the file holds several.")
    private String tensor = "";

    Path file() {
        return file;
    }

    /**
     * Opens the file.
     *
     * @param dIn width that a row must have
     * @param reader what reads them, for messages
     */
    RowFile open(int dIn, String reader) {
        RowFile rows = RowFile.open(file, tensor);
        if (rows.dIn() != dIn) {
            throw new WeightsException(
                    file + " holds rows of " + rows.dIn() + ", but " + reader + " reads rows of " + dIn,
                    "compare the hook point and model of both");
        }
        return rows;
    }
}
