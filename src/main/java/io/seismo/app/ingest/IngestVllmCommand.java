package io.seismo.app.ingest;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code seismo ingest vllm}. */
@Command(
        name = "vllm",
        description = "Send what vLLM's ExampleHiddenStatesConnector wrote: a .safetensors file a request.",
        footer = {
            "",
            "Example: seismo ingest vllm /dev/shm/hidden --layer-ids 0,13,26 --spec monitor.yaml --bootstrap broker:9092",
            "",
            "A file is a request and its name the request's id. Files that are being written are refused and sent by a later",
            "run; what was sent is known by the ledger. Not yet run against a live vLLM."
        })
final class IngestVllmCommand implements Callable<Integer> {

    @Option(
            names = "--layer-ids",
            required = true,
            split = ",",
            paramLabel = "K",
            description = "Layers the server extracts, in its order; 0 is the embeddings, K the output of block K - 1.")
    private List<Integer> layerIds = List.of();

    @Mixin
    private IngestOptions options = new IngestOptions();

    @Override
    public Integer call() {
        return options.run(".safetensors", new Layout(Layout.Tool.VLLM, 0, layerIds));
    }
}
