package io.seismo.app.demo;

import ai.djl.translate.TranslateException;
import io.seismo.app.cli.CommandFailure;
import io.seismo.app.cli.Output;
import io.seismo.app.cli.Progress;
import io.seismo.app.sae.Draft;
import io.seismo.spec.MonitorSpec;
import io.seismo.spec.SpecParser;
import io.seismo.spec.TapSpec;
import io.seismo.wire.ActivationRecord;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code seismo demo capture}: what a capture client would send while the demo's model reads given texts, in a file. */
@Command(
        name = "capture",
        description =
                "Let the demo's model read texts, and write what a capture client would send to a file of frames.",
        footerHeading = "%nExample:%n",
        footer = {
            "  seismo demo capture phishing.txt --out phishing.frames",
            "",
            "One text a line is one request; it is named after file and line. Lines that begin with # are passed over.",
        })
public final class DemoCaptureCommand implements Callable<Integer> {

    /** Any time will do, and the same each time, so that the same texts give the same file. */
    private static final long FIRST_MS = 1_700_000_000_000L;

    @Parameters(paramLabel = "TEXTS", arity = "1..*", description = "Files of texts, UTF-8, one a line.")
    private List<Path> texts = List.of();

    @Option(names = "--out", required = true, paramLabel = "FILE", description = "Where to, as .frames.")
    private Path out = Path.of("");

    @Mixin
    private Output output = new Output();

    @Override
    public Integer call() throws IOException {
        if (!out.toString().endsWith(".frames")) {
            throw new CommandFailure(
                    out + " does not end in .frames", "Name the file so: that is how it is recognised.");
        }
        List<DemoTraffic.Request> requests = new ArrayList<>();
        for (Path file : texts) {
            read(file, requests);
        }
        if (requests.isEmpty()) {
            throw new CommandFailure("no text in " + texts, "One text a line.");
        }
        long rows = capture(requests);
        output.write(
                Map.of("file", out.toString(), "requests", requests.size(), "rows", rows),
                to -> to.println(out + ": " + requests.size() + " requests, " + rows + " rows"));
        return 0;
    }

    private static void read(Path file, List<DemoTraffic.Request> requests) {
        String name = String.valueOf(file.getFileName());
        String stem = name.endsWith(".txt") ? name.substring(0, name.length() - 4) : name;
        int line = 0;
        try {
            for (String text : Files.readAllLines(file)) {
                line++;
                if (!text.isBlank() && !text.startsWith("#")) {
                    requests.add(new DemoTraffic.Request(stem + "-" + line, FIRST_MS + line, text.strip(), "a", "t"));
                }
            }
        } catch (NoSuchFileException e) {
            throw new CommandFailure("no file " + file, "Give the path as seen from the working directory.", e);
        } catch (MalformedInputException e) {
            throw new CommandFailure(file + " is not UTF-8", "Save it as UTF-8.", e);
        } catch (IOException e) {
            throw new CommandFailure("cannot read " + file + ": " + e.getMessage(), null, e);
        }
    }

    private long capture(List<DemoTraffic.Request> requests) throws IOException {
        MonitorSpec spec = packaged();
        TapSpec tap = spec.taps().values().iterator().next();
        DemoCapture capture = new DemoCapture(
                "seismo-demo-capture",
                new DemoCapture.DemoModelCard(
                        spec.model().name(), spec.model().revision(), tap.hook(), ServedModel.D_IN),
                1);
        Path scratch = Files.createTempDirectory("seismo-capture");
        try (ServedModel model = ServedModel.load(scratch, ServedTexts.layer(tap.hook()));
                Draft draft = new Draft(out, ".part");
                Progress progress = output.progress("reading texts", "texts", requests.size())) {
            try (OutputStream frames = new BufferedOutputStream(Files.newOutputStream(draft.path()))) {
                for (DemoTraffic.Request request : requests) {
                    DemoCapture.Served served = new DemoCapture.Served(request, model.read(request.text()));
                    ActivationRecord record = capture.pass(List.of(served), request.arrivalMs(), false);
                    if (record != null) {
                        record.writeDelimitedTo(frames);
                    }
                    progress.add(1);
                }
            }
            draft.finish();
        } catch (TranslateException e) {
            throw new IOException("a text could not be read by the model: " + e.getMessage(), e);
        } finally {
            try (Stream<Path> left = Files.walk(scratch)) {
                for (Path file : left.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(file);
                }
            }
        }
        return capture.rowsSent();
    }

    /** Model and hook are those the demo's spec names. */
    private static MonitorSpec packaged() throws IOException {
        try (InputStream in = DemoCaptureCommand.class.getResourceAsStream("/io/seismo/topology/monitor.yaml")) {
            if (in == null) {
                throw new IOException("monitor.yaml is not on the class path");
            }
            return SpecParser.parse("monitor.yaml", in.readAllBytes()).spec();
        }
    }
}
