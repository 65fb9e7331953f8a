package io.seismo.app.spec;

import picocli.CommandLine.Command;

/** {@code seismo detectors}: what can be asked about detectors. */
@Command(
        name = "detectors",
        description = "Design detectors.",
        subcommands = {DetectorsDesignCommand.class},
        synopsisSubcommandLabel = "COMMAND")
public final class DetectorsCommand {}
