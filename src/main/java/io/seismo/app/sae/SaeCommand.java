package io.seismo.app.sae;

import picocli.CommandLine.Command;

/** {@code seismo sae}: what can be asked about SAEs and probes. */
@Command(
        name = "sae",
        description = "Look into SAEs and probes, import and encode with them, check their numbers.",
        subcommands = {
            SaeCheckCommand.class,
            SaeEncodeCommand.class,
            SaeImportCommand.class,
            SaeInspectCommand.class,
            SaeListCommand.class,
        },
        synopsisSubcommandLabel = "COMMAND")
public final class SaeCommand {}
