package io.seismo.chaos;

import io.seismo.chaos.ChaosRun.Mode;
import io.seismo.chaos.ChaosRun.Moment;
import io.seismo.reference.Traffic;
import io.seismo.reference.TrafficGenerator;
import io.seismo.reference.TrafficSettings;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/** {@code seismo bench chaos}: many kills, one verdict. Arguments: kills, seed, minutes of traffic, guarantee. */
public final class ChaosMain {

    private ChaosMain() {}

    public static void main(String[] args) throws Exception {
        int kills = Integer.parseInt(args[0]);
        long seed = Long.parseLong(args[1]);
        int minutes = Integer.parseInt(args[2]);
        Mode mode = new Mode(1, 1, args.length > 3 ? args[3] : "exactly_once_v2");
        Traffic traffic = TrafficGenerator.generate(seed, TrafficSettings.wild().withMinutes(minutes));
        System.exit(run(traffic, mode, kills, seed) ? 0 : 1);
    }

    private static boolean run(Traffic traffic, Mode mode, int kills, long seed) throws Exception {
        long begin = System.nanoTime();
        try (ChaosRun run = new ChaosRun(Files.createTempDirectory("seismo-chaos"), mode)) {
            ChaosVerdict verdict = new ChaosVerdict(run, traffic);
            run.run(traffic, moments(kills, seed), seed);
            Optional<String> difference = verdict.difference();
            System.out.printf(
                    "%d kills, seed %d, %s: %d pane digests against the reference: %s, %.0f s%n",
                    kills,
                    seed,
                    mode.guarantee(),
                    verdict.expected(),
                    difference.map(text -> "DIFFERENT: " + text).orElse("equal"),
                    (System.nanoTime() - begin) / 1e9);
            return difference.isEmpty();
        }
    }

    private static List<Moment> moments(int kills, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Moment> moments = new ArrayList<>();
        for (int k = 0; k < kills; k++) {
            boolean restarted = k > 0;
            moments.add(
                    restarted && random.nextInt(5) == 0
                            ? Moment.RESTORE
                            : random.nextBoolean() ? Moment.PROGRESS : Moment.PANE_CLOSE);
        }
        return moments;
    }
}
