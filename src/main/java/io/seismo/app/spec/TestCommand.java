package io.seismo.app.spec;

import io.seismo.app.cli.CommandFailure;
import io.seismo.app.cli.Output;
import io.seismo.watch.scenario.ScenarioException;
import io.seismo.watch.scenario.ScenarioReader;
import io.seismo.watch.scenario.ScenarioResult;
import io.seismo.watch.scenario.ScenarioRunner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code seismo test}: runs scenarios, given / when / then on a timeline, without a broker or weights. */
@Command(
        name = "test",
        description = "Run scenarios: given a spec, when these requests come, then alerts stand so.",
        footer = {"", "Exit code 1 when an expectation does not hold. Examples: topology/scenarios."})
public final class TestCommand implements Callable<Integer> {

    @Parameters(paramLabel = "DIR", description = "Directory of *.yaml scenarios, or one scenario.")
    private Path path = Path.of(".");

    @Mixin
    private Output output = new Output();

    @Override
    public Integer call() {
        List<Path> files = files();
        if (files.isEmpty()) {
            throw new CommandFailure("no scenarios in " + path, "Name a directory that holds *.yaml scenarios.");
        }
        int failed = 0;
        for (Path file : files) {
            failed += run(file) ? 0 : 1;
        }
        output.say(files.size() - failed + " of " + files.size() + " scenarios hold.");
        return failed == 0 ? 0 : 1;
    }

    private boolean run(Path file) {
        ScenarioResult result;
        try {
            result = ScenarioRunner.run(
                    ScenarioReader.read(file.toString(), text(file), sibling -> text(file.resolveSibling(sibling))));
        } catch (ScenarioException e) {
            result = new ScenarioResult("", List.of(String.valueOf(e.getMessage())), List.of());
        }
        write(file, result);
        return result.passed();
    }

    private void write(Path file, ScenarioResult result) {
        Map<String, Object> json = new TreeMap<>();
        json.put("file", file.toString());
        json.put("scenario", result.scenario());
        json.put("passed", result.passed());
        json.put("failures", result.failures());
        json.put("moves", result.moves());
        output.write(json, out -> {
            out.println((result.passed() ? "ok    " : "FAIL  ") + file.getFileName() + "  " + result.scenario());
            result.failures().forEach(failure -> out.println("      " + failure));
        });
    }

    private List<Path> files() {
        if (Files.isRegularFile(path)) {
            return List.of(path);
        }
        try (Stream<Path> entries = Files.list(path)) {
            return new ArrayList<>(
                    entries.filter(file -> file.getFileName().toString().endsWith(".yaml"))
                            .sorted()
                            .toList());
        } catch (IOException e) {
            throw new CommandFailure("cannot list " + path, "Name a directory that can be read.", e);
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (IOException | UncheckedIOException e) {
            throw new ScenarioException("cannot read " + file + " as UTF-8 text", e);
        }
    }
}
