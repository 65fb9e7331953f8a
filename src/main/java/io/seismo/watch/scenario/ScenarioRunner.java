package io.seismo.watch.scenario;

import com.google.protobuf.ByteString;
import io.seismo.spec.MonitorPlan;
import io.seismo.spec.Plans;
import io.seismo.watch.Caps;
import io.seismo.watch.TreeMapState;
import io.seismo.watch.WatchCore;
import io.seismo.watch.scenario.ScenarioResult.Move;
import io.seismo.window.BlockKey;
import io.seismo.window.FidelityBlock;
import io.seismo.window.MeanSquare;
import io.seismo.window.WatchBlock;
import io.seismo.wire.CanaryCount;
import io.seismo.wire.CanaryFinding;
import io.seismo.wire.KeyedBytes;
import io.seismo.wire.PaneChunk;
import io.seismo.wire.PaneMarker;
import io.seismo.wire.PanePartial;
import io.seismo.wire.PaneTotals;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Runs a scenario through a {@link WatchCore}, pane by pane.
 *
 * <p>A count for an interval of several panes is spread over them as evenly as whole numbers allow.
 */
public final class ScenarioRunner {

    /** Rows a request has, for coverage. */
    private static final long ROWS = 100;

    private final Scenario scenario;
    private final MonitorPlan plan;
    private final Timeline timeline;
    private final WatchCore core;

    private ScenarioRunner(Scenario scenario) {
        this.scenario = scenario;
        this.plan = scenario.plan();
        this.timeline = new Timeline(scenario.startMs());
        this.core = new WatchCore(Plans.only(plan), 0, new TreeMapState(), timeline);
    }

    /** Runs it and holds every expectation against what happened. */
    public static ScenarioResult run(Scenario scenario) {
        ScenarioRunner runner = new ScenarioRunner(scenario);
        int panes = (int) (scenario.intervalMs() / scenario.plan().timing().paneMs());
        for (int interval = 0; interval < scenario.traffic().intervals(); interval++) {
            for (int part = 0; part < panes; part++) {
                runner.pane(interval, part, panes);
            }
        }
        List<String> failures = new ArrayList<>();
        for (Expectation expectation : scenario.expectations()) {
            runner.check(expectation, failures);
        }
        return new ScenarioResult(scenario.name(), failures, runner.timeline.moves());
    }

    private void pane(int interval, int part, int parts) {
        Traffic traffic = scenario.traffic();
        long pane = plan.timing().pane(scenario.startMs()) + (long) interval * parts + part;
        TreeMap<String, WatchBlock> blocks = new TreeMap<>(BlockKey.ORDER);
        TreeMap<String, byte[]> chunk = fidelity(interval, part, parts);
        traffic.fired().forEach((watch, series) -> {
            long fired = share(Traffic.count(series, interval), part, parts);
            for (long i = 0; i < fired; i++) {
                block(blocks, watch).addFired();
            }
        });
        traffic.breaches().forEach((key, series) -> {
            String watch = key.substring(key.indexOf('/') + 1);
            int cap = Caps.of(plan, watch).indexOf(key.substring(0, key.indexOf('/')));
            long breaches = share(Traffic.count(series, interval), part, parts);
            for (long i = 0; i < breaches; i++) {
                block(blocks, watch).addBreach(cap);
            }
        });
        long requests = share(Traffic.count(traffic.requests(), interval), part, parts);
        long served = requests * ROWS;
        blocks.forEach((key, block) -> chunk.put(key, block.encode()));
        send(
                pane,
                chunk,
                PaneTotals.newBuilder()
                        .setRequestsSeen(requests)
                        .setRowsServed(served)
                        .setRowsAccounted(Math.round(served * traffic.coverage(interval)))
                        .setRowsSeen(Math.round(served * traffic.coverage(interval)))
                        .setSources(1)
                        .addAllCanaries(canaries(interval, part, parts))
                        .build());
    }

    private List<CanaryCount> canaries(int interval, int part, int parts) {
        List<CanaryCount> counts = new ArrayList<>();
        scenario.traffic().canaries().forEach((key, series) -> {
            long segments = share(Traffic.count(series, interval), part, parts);
            CanaryFinding finding = Objects.requireNonNull(Traffic.finding(key), "the reader knows the finding");
            if (segments > 0) {
                boolean match = finding == CanaryFinding.CANARY_FINDING_MATCH;
                counts.add(CanaryCount.newBuilder()
                        .setCanary(key.indexOf('/') < 0 ? key : key.substring(0, key.indexOf('/')))
                        .setFinding(finding)
                        .setSegments(segments)
                        .setComplete(match ? segments : 0)
                        .setDetail(match ? "" : key.substring(key.indexOf('/') + 1))
                        .build());
            }
        });
        return counts;
    }

    private WatchBlock block(TreeMap<String, WatchBlock> blocks, String watch) {
        return blocks.computeIfAbsent(
                "w/" + watch, key -> new WatchBlock(Caps.of(plan, watch).size()));
    }

    /** Blocks of encoders; each token deviates by a mean square of 1. */
    private TreeMap<String, byte[]> fidelity(int interval, int part, int parts) {
        TreeMap<String, byte[]> blocks = new TreeMap<>(BlockKey.ORDER);
        scenario.traffic().fidelity().forEach((encoder, series) -> {
            long tokens = share(Traffic.count(series.tokens(), interval), part, parts);
            if (tokens > 0) {
                FidelityBlock block = new FidelityBlock();
                block.addRows(tokens, Math.round(tokens * Traffic.value(series.l0(), interval)));
                double left = tokens * Traffic.value(series.unexplained(), interval) / 100;
                block.addRebuilt(tokens, MeanSquare.of(left), MeanSquare.of(tokens));
                blocks.put(new BlockKey.Fidelity(encoder).text(), block.encode());
            }
        });
        return blocks;
    }

    private void send(long pane, TreeMap<String, byte[]> blocks, PaneTotals totals) {
        if (!blocks.isEmpty()) {
            PaneChunk.Builder chunk = PaneChunk.newBuilder().setPane(pane);
            for (Map.Entry<String, byte[]> block : blocks.entrySet()) {
                chunk.addBlocks(
                        KeyedBytes.newBuilder().setKey(block.getKey()).setValue(ByteString.copyFrom(block.getValue())));
            }
            core.accept(partial().setChunk(chunk).build());
        }
        core.accept(partial()
                .setMarker(PaneMarker.newBuilder()
                        .setFirstPane(pane)
                        .setLastPane(pane)
                        .setChunks(blocks.isEmpty() ? 0 : 1)
                        .setTotals(totals))
                .build());
    }

    private PanePartial.Builder partial() {
        return PanePartial.newBuilder().setSchemaVersion(1).setEpoch(plan.epoch());
    }

    private static long share(long count, int part, int parts) {
        return count * (part + 1) / parts - count * part / parts;
    }

    private void check(Expectation expectation, List<String> failures) {
        String what = expectation.alert() + " on " + expectation.on();
        String failure = null;
        if (expectation instanceof Expectation.StateAt at) {
            failure = checkState(at);
        } else if (expectation instanceof Expectation.Reaches reaches) {
            Move first = timeline.first(reaches.alert(), reaches.on(), reaches.state());
            String wanted = " should reach " + Timeline.word(reaches.state()) + " after " + span(reaches.afterMs())
                    + " and no later than " + span(reaches.beforeMs());
            if (first == null) {
                failure = wanted + ", never did";
            } else if (first.afterMs() <= reaches.afterMs() || first.afterMs() > reaches.beforeMs()) {
                failure = wanted + ", did at " + span(first.afterMs());
            }
        } else if (expectation instanceof Expectation.Never never) {
            Move first = timeline.first(never.alert(), never.on(), never.state());
            if (first != null) {
                failure = " should never be " + first.to() + ", was from " + span(first.afterMs()) + ": "
                        + first.summary();
            }
        }
        if (failure != null) {
            failures.add(what + failure);
        }
    }

    private @Nullable String checkState(Expectation.StateAt at) {
        Move last = timeline.last(at.alert(), at.on(), at.atMs());
        String is = last == null ? "inactive" : last.to();
        String wanted = " at " + span(at.atMs()) + " should be " + Timeline.word(at.state());
        if (!is.equals(Timeline.word(at.state()))) {
            return wanted + ", is " + is + (last == null ? "" : " since " + span(last.afterMs()));
        }
        if (!at.summary().isEmpty() && (last == null || !last.summary().contains(at.summary()))) {
            return wanted + " with \"" + at.summary() + "\" in its summary, which is \""
                    + (last == null ? "" : last.summary()) + "\"";
        }
        return null;
    }

    private static String span(long ms) {
        String iso = Duration.ofMillis(ms).toString().substring(2);
        return iso.toLowerCase(Locale.ROOT);
    }
}
