package io.seismo.app.spec;

import picocli.CommandLine.Command;

/** {@code seismo receivers}: who is told. */
@Command(
        name = "receivers",
        description = "Who is told about alerts.",
        subcommands = {ReceiversTestCommand.class})
public final class ReceiversCommand {}
