package io.seismo.app.requests;

import io.seismo.app.broker.LogOption;
import io.seismo.app.cli.CommandFailure;
import io.seismo.app.cli.Output;
import io.seismo.app.cli.Progress;
import io.seismo.app.cli.StopSignal;
import io.seismo.app.epochs.LoggedPlans;
import io.seismo.app.sae.Draft;
import io.seismo.app.spec.MemoryLimit;
import io.seismo.spec.MonitorPlan;
import io.seismo.spec.TopicNames;
import io.seismo.window.RequestSample;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code seismo requests export}: captured requests from a log into a file of frames. */
@Command(
        name = "export",
        description = "Copy captured requests from the topic activations into a file of frames.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  seismo requests export --bootstrap localhost:9092 --from 2026-11-20T14:00:00Z \\\\",
            "      --to 2026-11-20T15:00:00Z --share 10 --out hour.frames",
            "  seismo requests export --dir demo-data --request r-17,r-18 --no-text --out two.frames",
            "",
            "Whole requests: those whose first frame lies in the range, to their end. 'seismo features rank' and",
            "'seismo init --frames' read the file. The same log and options give the same file.",
            "Activations can be inverted to the prompt: guard the file as you guard the topic."
        })
public final class RequestsExportCommand implements Callable<Integer> {

    private static final String EXTENSION = ".frames";

    @Mixin
    private LogOption log = new LogOption();

    @Option(
            names = "--from",
            paramLabel = "TIME",
            description = "Start, such as 2026-11-20T14:00:00Z. Default: all that is kept.")
    private @Nullable Instant from;

    @Option(names = "--to", paramLabel = "TIME", description = "End, exclusive. Default: the end of the log.")
    private @Nullable Instant to;

    @Option(names = "--hook", split = ",", paramLabel = "HOOK", description = "Only these hook points.")
    private List<String> hooks = List.of();

    @Option(names = "--request", split = ",", paramLabel = "ID", description = "Only these requests.")
    private List<String> requests = List.of();

    @Option(
            names = "--share",
            defaultValue = "100",
            paramLabel = "PERCENT",
            description = "Only this share of requests, by the hash that picks them for full encoding. Default: 100.")
    private double share;

    @Option(names = "--no-text", description = "Leave out token ids and texts.")
    private boolean noText;

    @Option(
            names = "--max-bytes",
            defaultValue = "4GiB",
            paramLabel = "SIZE",
            converter = MemoryLimit.Converter.class,
            description = "No request begins once the file is so large. Default: ${DEFAULT-VALUE}.")
    private MemoryLimit most = new MemoryLimit(1);

    @Option(names = "--out", required = true, paramLabel = "FILE", description = "Where to, as .frames.")
    private Path out = Path.of("");

    @Mixin
    private Output output = new Output();

    @Override
    public Integer call() {
        if (!out.toString().endsWith(EXTENSION)) {
            throw new CommandFailure(
                    out + " does not end in " + EXTENSION, "Name the file so: that is how it is recognised.");
        }
        if (!(share > 0 && share <= 100)) {
            throw new CommandFailure("--share " + share + " is no share of requests", "Above 0, at most 100 percent.");
        }
        if (from != null && to != null && !from.isBefore(to)) {
            throw new CommandFailure("the range is empty: " + from + " to " + to, "--to must be later than --from");
        }
        try (StopSignal stop = StopSignal.install()) {
            return log.with(client -> export(client, stop));
        }
    }

    /** Writes the file, unless it is asked to stop before the end. */
    Integer export(Map<String, Object> client, StopSignal stop) {
        TopicNames topics = log.topics(client);
        Export.Limits limits;
        long leadMs;
        try (LoggedPlans plans = new LoggedPlans(client, topics)) {
            List<MonitorPlan> all = plans.all();
            limits = limits(all);
            leadMs = all.stream().mapToLong(plan -> plan.timing().leadMs()).max().orElse(0);
        }
        RequestChoice.Tally tally = new RequestChoice.Tally();
        try (TopicScan scan = new TopicScan(client, topics.activations());
                Draft draft = new Draft(out, ".part")) {
            Export export;
            try (OutputStream frames = new BufferedOutputStream(Files.newOutputStream(draft.path()), 1 << 20)) {
                export = new Export(frames, new FrameCut(Set.copyOf(hooks), !noText), most.bytes(), limits);
                // A tick is at most so far ahead of the broker, and a frame of a tick.
                scan(scan, from == null ? 0 : from.toEpochMilli() - 2 * leadMs, export, tally, stop);
            }
            if (export.frames() == 0) {
                throw new CommandFailure(
                        "no request begins there" + (export.refused().isEmpty() ? "" : ", left out: " + export.refused()),
                        "Widen --from and --to; 'seismo doctor' says whether anything is captured.");
            }
            draft.finish();
            tell(export, tally);
            return 0;
        } catch (IOException | UncheckedIOException e) {
            throw new CommandFailure(
                    "cannot write " + out + ": " + e.getMessage(), "Check the place and its space.", e);
        }
    }

    private static Export.Limits limits(List<MonitorPlan> plans) {
        long graceMs = 0;
        long maxAgeMs = 0;
        for (MonitorPlan plan : plans) {
            graceMs = Math.max(graceMs, plan.timing().graceMs());
            maxAgeMs = Math.max(maxAgeMs, plan.requestLife().maxAgeMs());
        }
        return new Export.Limits(graceMs, maxAgeMs);
    }

    private void scan(TopicScan scan, long sinceMs, Export export, RequestChoice.Tally tally, StopSignal stop) {
        RequestSample sample = new RequestSample(share / 100);
        long fromMs = from == null ? Long.MIN_VALUE : from.toEpochMilli();
        long toMs = to == null ? Long.MAX_VALUE / 2 : to.toEpochMilli();
        try (Progress progress = output.progress("reading activations", "records", scan.length(sinceMs))) {
            for (int p = 0; p < scan.partitions() && !export.full(); p++) {
                RequestChoice choice = new RequestChoice(fromMs, toMs, Set.copyOf(requests), sample, tally);
                scan.read(p, sinceMs, record -> {
                    if (stop.asked()) {
                        throw new CommandFailure("stopped before the end; nothing was written", null);
                    }
                    progress.add(1);
                    return export.take(record.value(), choice);
                });
            }
        }
    }

    private void tell(Export export, RequestChoice.Tally tally) {
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("file", out.toString());
        result.put("requests", tally.requests);
        result.put("ended", tally.ended);
        result.put("frames", export.frames());
        result.put("rows", export.rows());
        result.put("bytes", export.bytes());
        result.put("full_at_ms", export.fullAtMs());
        result.put("left_out", export.refused());
        output.write(
                result,
                text -> text.printf(
                        "%s: %,d requests, %,d of them to their end; %,d frames, %,d rows, %,d bytes%n",
                        out, tally.requests, tally.ended, export.frames(), export.rows(), export.bytes()));
        if (!export.refused().isEmpty()) {
            output.warn("left out, by reason: " + export.refused());
        }
        if (export.full()) {
            output.warn("the file is as large as --max-bytes says: requests are missing; take a smaller range or share");
        }
        if (tally.givenUp > 0) {
            output.warn(tally.givenUp + " requests were cut short: more than " + RequestChoice.MOST_OPEN
                    + " were open at once");
        }
    }
}
