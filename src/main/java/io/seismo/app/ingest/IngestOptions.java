package io.seismo.app.ingest;

import io.seismo.app.cli.Cluster;
import io.seismo.app.cli.CommandFailure;
import io.seismo.app.cli.Output;
import io.seismo.app.cli.Progress;
import io.seismo.app.cli.SpecOption;
import io.seismo.spec.MonitorSpec;
import io.seismo.spec.TopicNames;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What every verb is told, and the run itself. */
final class IngestOptions {

    private static final int BETWEEN_TRIES_MS = 200;

    @Parameters(paramLabel = "FILE", arity = "1..*", description = "Files, or directories whose files are meant.")
    private List<Path> paths = List.of();

    @Mixin
    private Cluster cluster = new Cluster();

    @Mixin
    private SpecOption spec = new SpecOption();

    @Option(
            names = "--source",
            paramLabel = "NAME",
            defaultValue = "ingest",
            description = "Name of the source in frames. Default: ${DEFAULT-VALUE}.")
    private String source = "ingest";

    @Option(
            names = "--ledger",
            paramLabel = "FILE",
            defaultValue = "seismo-ingest.ledger",
            description = "What was sent; keep it, and nothing is sent twice. Default: ${DEFAULT-VALUE}.")
    private Path ledger = Path.of("seismo-ingest.ledger");

    @Mixin
    private Output output = new Output();

    Integer run(String extension, Layout layout) {
        return run(extension, layout, Handling.FINISHED);
    }

    Integer run(String extension, Layout layout, Handling handling) {
        if (!source.matches("[A-Za-z0-9._-]{1,64}")) {
            throw new CommandFailure(
                    "--source " + source + " is not a name", "1 to 64 letters, digits, '.', '_' or '-'.");
        }
        MonitorSpec monitor = spec.read();
        String topic = new TopicNames(monitor.deployment()).activations();
        ExportFiles files = ExportFiles.of(paths, extension);
        InstantSource clock = InstantSource.system();
        try (KafkaActivationLog log = new KafkaActivationLog(cluster.client(), topic)) {
            if (log.partitions() != monitor.partitions().partitions()) {
                throw new CommandFailure(
                        topic + " has " + log.partitions() + " partitions, the spec says "
                                + monitor.partitions().partitions(),
                        "Give the spec of this deployment.");
            }
            try (Ledger book = Ledger.open(ledger, topic, source, clock.millis());
                    Progress progress = output.progress(
                            "sending files", "files", files.found().size())) {
                Ingest ingest = new Ingest(monitor, source, log, book, clock);
                FileRun run =
                        new FileRun(file -> send(ingest, file, layout, monitor), handling, clock, IngestOptions::pause);
                run.over(files.found(), () -> progress.add(1));
                ingest.close();
                files.refused().forEach(run.refused()::put);
                tell(ingest, run);
                return run.refused().isEmpty() ? 0 : 1;
            }
        }
    }

    private static Ingest.Fate send(Ingest ingest, Path file, Layout layout, MonitorSpec monitor) {
        boolean vllm = layout.tool() == Layout.Tool.VLLM;
        if (vllm) {
            WriterLock.requireReleased(file);
        }
        Export export = Export.open(file, layout, monitor.taps().values());
        return vllm ? ingest.sendNamed(export, file) : ingest.send(export, file);
    }

    private static void pause() {
        try {
            Thread.sleep(BETWEEN_TRIES_MS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new CommandFailure("stopped while waiting for files to be whole", "Run it again: it goes on.");
        }
    }

    private void tell(Ingest ingest, FileRun run) {
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("files_sent", run.sent());
        result.put("files_known", run.known());
        result.put("files_deleted", run.deleted());
        result.put("frames", ingest.frames());
        result.put("rows", ingest.rows());
        result.put("refused", run.refused());
        output.write(result, out -> {
            out.printf(
                    "%,d files sent, %,d sent before, %,d refused; %,d frames, %,d rows%n",
                    run.sent(), run.known(), run.refused().size(), ingest.frames(), ingest.rows());
            if (run.deleted() > 0) {
                out.printf("%,d of the files sent were deleted%n", run.deleted());
            }
            run.refused().forEach((file, reason) -> out.println("  " + file + ": " + reason));
        });
    }
}
