package io.seismo.app.requests;

import picocli.CommandLine.Command;

/** {@code seismo requests}: what was captured of single requests. */
@Command(
        name = "requests",
        description = "Captured requests: copy them from the log to a file.",
        subcommands = {RequestsExportCommand.class},
        synopsisSubcommandLabel = "COMMAND")
public final class RequestsCommand {}
