package io.seismo.app.sae;

import io.seismo.app.cli.CommandFailure;
import io.seismo.app.cli.Output;
import io.seismo.spec.EncoderFacts;
import io.seismo.weights.WeightsException;
import io.seismo.weights.file.WeightFolder;
import io.seismo.weights.load.WeightLoader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code seismo sae list}: the SAEs and probes in the jar and under a directory. */
@Command(
        name = "list",
        description = "List the SAEs and probes in the jar and under a directory.",
        footerHeading = "%nExample:%n",
        footer = {
            "  seismo sae list ~/saes",
            "",
            "Looks 8 directories deep, into at most 10,000 entries, and does not follow links. What claims to be an",
            "SAE or probe and cannot be read is listed with the reason; matrices are not read."
        })
final class SaeListCommand implements Callable<Integer> {

    private static final List<String> PACKAGED = List.of("demo/sae", "demo/phishing.safetensors");
    private static final int DEEPEST = 8;
    private static final int MOST = 10_000;

    @Parameters(arity = "0..1", paramLabel = "DIR", description = "Where to look, besides the jar.")
    private @Nullable Path directory;

    @Mixin
    private Output output = new Output();

    /**
     * One that was found.
     *
     * @param refused why it cannot be read; empty when it can
     * @param remedy what to do about that
     */
    record Found(
            String location,
            String family,
            int dIn,
            int width,
            String hook,
            String model,
            double l0,
            String refused,
            String remedy) {

        static Found at(String location) {
            try {
                EncoderFacts facts = WeightLoader.facts(location);
                String family = WeightLoader.name(location);
                return new Found(
                        location, family, facts.dIn(), facts.width(), facts.hook(), facts.model(), facts.l0(), "", "");
            } catch (WeightsException e) {
                return new Found(location, "", 0, 0, "", "", 0, e.problem(), e.remedy());
            }
        }
    }

    @Override
    public Integer call() {
        List<Found> all = new ArrayList<>();
        PACKAGED.forEach(location -> all.add(Found.at(location)));
        if (directory != null) {
            search(directory, all);
        }
        int widest =
                all.stream().mapToInt(found -> found.location().length()).max().orElse(0);
        output.write(all, out -> all.forEach(found -> print(found, widest, out)));
        return 0;
    }

    private void search(Path root, List<Found> all) {
        if (!Files.isDirectory(root)) {
            throw new CommandFailure("no directory " + root, "Give a directory; 'seismo sae inspect' takes a file.");
        }
        List<Path> paths;
        try (Stream<Path> walk = Files.walk(root, DEEPEST)) {
            paths = walk.limit(MOST + 1L).sorted().toList();
        } catch (IOException | UncheckedIOException e) {
            throw new CommandFailure("cannot look into " + root + ": " + e.getMessage(), "Check its permissions.", e);
        }
        if (paths.size() > MOST) {
            output.warn("looked at the first " + MOST + " entries of " + root + " only; give a directory below it");
        }
        List<Path> claimed = new ArrayList<>();
        for (Path path : paths) {
            boolean part = claimed.contains(path.getParent()) && !Files.isDirectory(path);
            if (!part && recognised(path)) {
                claimed.add(path);
                all.add(Found.at(path.toString()));
            }
        }
    }

    /** The name alone does not do: a directory may end like a file, and a file of tensors hold rows or results. */
    private static boolean recognised(Path path) {
        String location = path.toString();
        boolean named = WeightFolder.at(location).isFile();
        return Files.isDirectory(path) != named
                && !(named && WeightLoader.foreign(location))
                && WeightLoader.recognises(location);
    }

    private static void print(Found found, int width, PrintWriter out) {
        String place = found.location() + " ".repeat(width - found.location().length());
        if (!found.refused().isEmpty()) {
            out.printf("%s  not readable: %s%n", place, found.refused());
            if (!found.remedy().isEmpty()) {
                out.printf("%s  %s%n", " ".repeat(width), found.remedy());
            }
            return;
        }
        out.printf(
                Locale.ROOT,
                "%s  %-18s %,6d -> %-8d %s%s%s%n",
                place,
                found.family(),
                found.dIn(),
                found.width(),
                found.hook().isEmpty() ? "no hook stated" : found.hook(),
                found.model().isEmpty() ? "" : " of " + found.model(),
                found.l0() == 0 ? "" : String.format(Locale.ROOT, ", L0 %.1f", found.l0()));
    }
}
