package io.seismo.app.replay;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code seismo replay}: the past, once more. */
@Command(
        name = "replay",
        description = "Replay recorded traffic through the same code.",
        subcommands = {ReplayVerifyCommand.class, ReplayRunCommand.class})
public final class ReplayCommand implements Runnable {

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "say what to do: run or verify");
    }
}
