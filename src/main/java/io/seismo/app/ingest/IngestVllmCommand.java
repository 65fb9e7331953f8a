package io.seismo.app.ingest;

import io.seismo.app.cli.CommandFailure;
import java.time.Duration;
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
            "A file is a request and its name the request's id. Files that are locked or half written are tried again for as",
            "long as --retry says, then refused and sent by a later run; what was sent is known by the ledger. Files are kept",
            "unless --delete says otherwise. Not yet run against a live vLLM."
        })
final class IngestVllmCommand implements Callable<Integer> {

    @Option(
            names = "--layer-ids",
            required = true,
            split = ",",
            paramLabel = "K",
            description = "Layers the server extracts, in its order; 0 is the embeddings, K the output of block K - 1.")
    private List<Integer> layerIds = List.of();

    @Option(
            names = "--delete",
            description =
                    "Delete each file this run sends, with its lock, once Kafka has all of it. Default: keep them.")
    private boolean delete;

    @Option(
            names = "--retry",
            paramLabel = "SECONDS",
            defaultValue = "10",
            description = "How long files that are still being written are tried again. Default: ${DEFAULT-VALUE}.")
    private int retry;

    @Mixin
    private IngestOptions options = new IngestOptions();

    @Override
    public Integer call() {
        if (retry < 0) {
            throw new CommandFailure("--retry " + retry + " is negative", "Seconds, 0 for one try.");
        }
        Handling handling = new Handling(delete, Duration.ofSeconds(retry));
        return options.run(".safetensors", new Layout(Layout.Tool.VLLM, 0, layerIds), handling);
    }
}
