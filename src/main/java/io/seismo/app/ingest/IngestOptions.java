package io.seismo.app.ingest;

import io.seismo.app.cli.Cluster;
import io.seismo.app.cli.CommandFailure;
import io.seismo.app.cli.Output;
import io.seismo.app.cli.Progress;
import io.seismo.app.cli.SpecOption;
import io.seismo.spec.MonitorSpec;
import io.seismo.spec.TopicNames;
import io.seismo.weights.WeightsException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What every verb is told, and the run itself. */
final class IngestOptions {

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
        if (!source.matches("[A-Za-z0-9._-]{1,64}")) {
            throw new CommandFailure(
                    "--source " + source + " is not a name", "1 to 64 letters, digits, '.', '_' or '-'.");
        }
        MonitorSpec monitor = spec.read();
        String topic = new TopicNames(monitor.deployment()).activations();
        ExportFiles files = ExportFiles.of(paths, extension);
        Tally tally = new Tally(files);
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
                for (Path file : files.found()) {
                    one(ingest, file, layout, monitor, tally);
                    progress.add(1);
                }
                ingest.close();
                tell(ingest, tally);
            }
        }
        return tally.refused.isEmpty() ? 0 : 1;
    }

    private static void one(Ingest ingest, Path file, Layout layout, MonitorSpec monitor, Tally tally) {
        boolean vllm = layout.tool() == Layout.Tool.VLLM;
        Ingest.Fate fate;
        try {
            if (vllm) {
                WriterLock.requireReleased(file);
            }
            Export export = Export.open(file, layout, monitor.taps().values());
            fate = vllm ? ingest.sendNamed(export, file) : ingest.send(export, file);
        } catch (WeightsException refused) {
            tally.refused.put(file.toString(), String.valueOf(refused.getMessage()));
            return;
        }
        switch (fate) {
            case SENT -> tally.sent++;
            case KNOWN -> tally.known++;
        }
    }

    private static final class Tally {
        private final Map<String, String> refused = new LinkedHashMap<>();
        private int sent;
        private int known;

        Tally(ExportFiles files) {
            refused.putAll(files.refused());
        }
    }

    private void tell(Ingest ingest, Tally tally) {
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("files_sent", tally.sent);
        result.put("files_known", tally.known);
        result.put("frames", ingest.frames());
        result.put("rows", ingest.rows());
        result.put("refused", tally.refused);
        output.write(result, out -> {
            out.printf(
                    "%,d files sent, %,d sent before, %,d refused; %,d frames, %,d rows%n",
                    tally.sent, tally.known, tally.refused.size(), ingest.frames(), ingest.rows());
            new ArrayList<>(tally.refused.entrySet())
                    .forEach(entry -> out.println("  " + entry.getKey() + ": " + entry.getValue()));
        });
    }
}
