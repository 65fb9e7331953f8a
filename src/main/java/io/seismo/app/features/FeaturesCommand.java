package io.seismo.app.features;

import picocli.CommandLine.Command;

/** {@code seismo features}: what can be asked about single features. */
@Command(
        name = "features",
        description = "Find features by contrast or by label, import labels, write what to watch.",
        subcommands = {
            FeaturesImportCommand.class,
            FeaturesRankCommand.class,
            FeaturesSearchCommand.class,
        },
        synopsisSubcommandLabel = "COMMAND")
public final class FeaturesCommand {}
