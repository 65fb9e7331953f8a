package io.seismo.app.ingest;

import io.seismo.app.cli.CommandFailure;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code seismo ingest safetensors}. */
@Command(
        name = "safetensors",
        description = "Send activations in .safetensors files that transformers or TransformerLens wrote.",
        footer = {
            "",
            "Example: seismo ingest safetensors exports/ --from transformers --spec monitor.yaml --bootstrap broker:9092",
            "",
            "transformers      hidden_states [layers + 1, (sequences,) positions, d], or hidden_states.K for each K",
            "transformer-lens  blocks.N.hook_resid_post [(sequences,) positions, d]",
            "rows              one tensor, or one named as the hook",
            "An attention_mask [sequences, positions] of int64 leaves padding out."
        })
final class IngestSafetensorsCommand implements Callable<Integer> {

    @Option(
            names = "--from",
            paramLabel = "TOOL",
            defaultValue = "rows",
            description = "Who numbered the layers: transformers, transformer-lens or rows. Default: ${DEFAULT-VALUE}.")
    private String from = "rows";

    @Option(
            names = "--layers",
            paramLabel = "N",
            defaultValue = "0",
            description = "Blocks of the model, where a file does not hold all hidden states.")
    private int layers;

    @Mixin
    private IngestOptions options = new IngestOptions();

    @Override
    public Integer call() {
        return options.run(".safetensors", new Layout(tool(), layers));
    }

    private Layout.Tool tool() {
        return switch (from) {
            case "transformers" -> Layout.Tool.TRANSFORMERS;
            case "transformer-lens" -> Layout.Tool.TRANSFORMER_LENS;
            case "rows" -> Layout.Tool.ROWS;
            default ->
                throw new CommandFailure(
                        "--from " + from + " is not known", "Allowed: transformers, transformer-lens, rows.");
        };
    }
}
