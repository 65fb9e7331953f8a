package io.seismo.app.ingest;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code seismo ingest npy}. */
@Command(
        name = "npy",
        description =
                "Send rows in .npy files: [positions, d_in] or [sequences, positions, d_in] of the spec's only hook.",
        footer = {
            "",
            "Example: seismo ingest npy rows/ --spec monitor.yaml --bootstrap broker:9092",
            "",
            "numpy has no bf16: a spec with dtype f32 or f16, or 'seismo ingest safetensors'."
        })
final class IngestNpyCommand implements Callable<Integer> {

    @Mixin
    private IngestOptions options = new IngestOptions();

    @Override
    public Integer call() {
        return options.run(".npy", new Layout(Layout.Tool.ROWS, 0));
    }
}
