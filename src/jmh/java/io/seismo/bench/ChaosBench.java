package io.seismo.bench;

import io.seismo.chaos.ChaosMain;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Kills, and a verdict against the reference model. */
@Command(
        name = "chaos",
        mixinStandardHelpOptions = true,
        description = "Kills the monitor again and again and compares what came out with the reference model.",
        footer = {
            "",
            "Seeded traffic on a real broker; SIGKILL at seeded points: amid encoding, amid the closing of a pane, amid",
            "a restore. Exit code 0 when every pane digest and every alert is equal to the reference model's, else 1.",
            "Example: ./seismo bench chaos --kills 100 --seed 1"
        })
final class ChaosBench implements Callable<Integer> {

    @Option(names = "--kills", paramLabel = "N", defaultValue = "10", description = "How often. Default: 10.")
    private int kills;

    @Option(names = "--seed", paramLabel = "N", defaultValue = "1", description = "Of traffic and kills. Default: 1.")
    private long seed;

    @Option(
            names = "--minutes",
            paramLabel = "N",
            defaultValue = "0",
            description = "Event time of the traffic. Default: enough for the kills.")
    private int minutes;

    @Option(
            names = "--guarantee",
            paramLabel = "NAME",
            defaultValue = "exactly_once_v2",
            description = "Processing guarantee; at_least_once shows that the verdict can fail.")
    private String guarantee = "exactly_once_v2";

    @Override
    public Integer call() throws Exception {
        int length = minutes > 0 ? minutes : Math.max(10, 2 * kills);
        // Ends the process with the verdict.
        ChaosMain.main(
                new String[] {Integer.toString(kills), Long.toString(seed), Integer.toString(length), guarantee});
        return 0;
    }
}
