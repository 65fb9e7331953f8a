package io.seismo.app;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line: processes are verbs, things are nouns with verbs. */
@Command(
        name = "seismo",
        mixinStandardHelpOptions = true,
        version = "seismo 0.1.0",
        description = "A seismograph for model internals.",
        subcommands = {})
public final class SeismoCommand implements Runnable {

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    /** Runs a command line and gives its exit code: 0 done, 1 failed, 2 wrong usage. */
    public static int run(String... args) {
        return new CommandLine(new SeismoCommand()).execute(args);
    }

    @Override
    public void run() {
        spec.commandLine().usage(System.out);
    }
}
