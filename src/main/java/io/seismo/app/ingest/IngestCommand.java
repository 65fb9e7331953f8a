package io.seismo.app.ingest;

import picocli.CommandLine.Command;

/** {@code seismo ingest}: files of activations into a deployment. */
@Command(
        name = "ingest",
        description = "Send activations that lie in files, once each.",
        subcommands = {
            IngestNpyCommand.class,
            IngestSafetensorsCommand.class,
            IngestVllmCommand.class,
        },
        synopsisSubcommandLabel = "COMMAND")
public final class IngestCommand {}
