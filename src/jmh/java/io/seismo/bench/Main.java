package io.seismo.bench;

import io.seismo.encoder.onnx.GpuBench;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Entry point of {@code seismo bench}. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        usageHelpAutoWidth = true,
        description = "Measures the pipeline on this machine, each figure beside its limit in the same run.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  ./seismo bench pipeline                  tokens a second beside the bare ONNX Runtime",
            "  ./seismo bench pipeline --seconds 5      a quick look",
            "  ./seismo bench latency --json --out l.json",
            "  ./seismo bench chaos --kills 100 --seed 1",
            "",
            "Results go to stdout. A figure that misses its aim is said to; only a wrong result fails.",
            "Run on an idle machine: the load average is printed with the figures."
        },
        subcommands = {
            ChaosBench.class,
            CoreBench.class,
            EncodeBench.class,
            GpuBench.class,
            IngestBench.class,
            LatencyBench.class,
            MemoryBench.class,
            PipelineBench.class,
            StartupBench.class,
            StoreBench.class,
            WatchBench.class,
        })
public final class Main implements Runnable {

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    private Main() {}

    @Override
    public void run() {
        spec.commandLine().usage(System.out);
    }

    /** Runs one benchmark; exit codes 0 done, 1 failed, 2 wrong usage. */
    public static void main(String[] arguments) {
        // The launcher hands over the command line of `seismo`, whose first word is this command's name.
        boolean named = arguments.length > 0 && arguments[0].equals("bench");
        String[] rest = named ? java.util.Arrays.copyOfRange(arguments, 1, arguments.length) : arguments;
        CommandLine line = new CommandLine(new Main());
        line.setExecutionExceptionHandler((failure, command, parsed) -> {
            command.getErr().println("seismo bench: " + failure);
            failure.printStackTrace(command.getErr());
            return 1;
        });
        System.exit(line.execute(rest));
    }
}
