package io.seismo.app.demo;

import io.seismo.spec.MonitorPlan;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** One telling of the story over a monitor that is already running. */
public final class DemoRun {

    private static final Duration CATCH_UP = Duration.ofMinutes(3);

    /**
     * What it runs on.
     *
     * @param client Kafka client properties
     * @param plan the plan in force
     * @param seed of the traffic
     * @param startMs where event time goes on in a kept directory; 0 to end the story now
     * @param live whether the terminal may be coloured and moved on
     */
    public record Setting(Map<String, Object> client, MonitorPlan plan, long seed, long startMs, boolean live) {}

    private final Setting setting;
    private final DemoScreen screen;

    /** Prints to standard output. */
    public DemoRun(Setting setting) {
        this.setting = setting;
        this.screen = new DemoScreen(System.out, setting.live());
    }

    /**
     * Tells the story and waits until all of it was judged.
     *
     * @param verify replays the run; gives {@code equal} or the first difference
     * @param requireAlive throws when the monitor has failed
     */
    public DemoReport tell(ServedTexts served, Supplier<String> verify, Runnable requireAlive)
            throws InterruptedException {
        DemoTexts texts = served.texts();
        DemoStory story = setting.startMs() > 0
                ? DemoStory.startingAt(setting.startMs())
                : DemoStory.endingAt(System.currentTimeMillis());
        DemoTraffic traffic = new DemoTraffic(story, texts, setting.seed());
        DemoFeeder feeder = new DemoFeeder(
                new DemoFeeder.Setting(setting.client(), setting.plan(), story, traffic, served.pool(), setting.seed()),
                served.card());
        DemoLedger ledger = new DemoLedger(story);
        DemoNarrator narrator = new DemoNarrator(screen, feeder, ledger, texts);
        long begin = System.nanoTime();
        try (DemoObserver observer = new DemoObserver(setting.client(), setting.plan(), narrator)) {
            observer.start();
            Thread feeding = feed(feeder);
            awaitTheEnd(feeder, narrator, story, feeding, requireAlive, begin);
            awaitTheLastCounts(feeder, narrator.tally());
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        screen.endStatus();
        screen.line("");
        screen.line("Replaying the whole run …");
        String verdict = verify.get();
        DemoReport report = report(feeder, narrator, ledger, begin, seconds, verdict);
        summary(report, ledger);
        return report;
    }

    private static Thread feed(DemoFeeder feeder) {
        Thread thread = new Thread(() -> feeder.run(new DemoPace(System::nanoTime)), "demo-feeder");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private void awaitTheEnd(
            DemoFeeder feeder,
            DemoNarrator narrator,
            DemoStory story,
            Thread feeding,
            Runnable requireAlive,
            long begin)
            throws InterruptedException {
        long fedAt = 0;
        while (!narrator.merged(feeder.lastPane(), setting.plan().shape().watchPartitions())) {
            requireAlive.run();
            if (!feeding.isAlive()) {
                fedAt = fedAt == 0 ? System.nanoTime() : fedAt;
                if (System.nanoTime() - fedAt > CATCH_UP.toNanos()) {
                    throw new IllegalStateException("the monitor did not catch up within " + CATCH_UP.toMinutes()
                            + " minutes after the last frame");
                }
            }
            status(feeder, narrator, story, begin);
            LockSupport.parkNanos(200_000_000);
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
    }

    /** Digests and counts come from different topics; what was counted is committed by now, but perhaps not yet read. */
    private static void awaitTheLastCounts(DemoFeeder feeder, DemoTally tally) {
        long deadline = System.nanoTime() + Duration.ofSeconds(5).toNanos();
        while (tally.frames() + tally.refused() < feeder.framesSent() && System.nanoTime() < deadline) {
            LockSupport.parkNanos(20_000_000);
        }
    }

    private void status(DemoFeeder feeder, DemoNarrator narrator, DemoStory story, long begin) {
        double share = Math.min(1, (double) Math.max(0, feeder.timeMs() - story.startMs()) / DemoStory.LENGTH_MS);
        double seconds = (System.nanoTime() - begin) / 1e9;
        int filled = (int) (20 * share);
        screen.status(String.format(
                Locale.ROOT,
                "%s[%s%s] %3.0f %%  %,d tokens  %,.0f/s %s",
                DemoNarrator.at(feeder.timeMs()),
                "=".repeat(filled),
                " ".repeat(20 - filled),
                100 * share,
                narrator.tally().rows(),
                narrator.tally().rows() / seconds,
                narrator.watched()));
    }

    private DemoReport report(
            DemoFeeder feeder, DemoNarrator narrator, DemoLedger ledger, long begin, double seconds, String verify) {
        DemoTally tally = narrator.tally();
        List<String> missed = ledger.met().entrySet().stream()
                .filter(entry -> !entry.getValue())
                .map(entry -> entry.getKey().why())
                .toList();
        double first = narrator.firstAlertNanos() == 0 ? -1 : (narrator.firstAlertNanos() - begin) / 1e9;
        return new DemoReport(
                setting.seed(),
                tally.frames(),
                tally.rows(),
                tally.requests(),
                tally.coverage(),
                tally.refused(),
                tally.late(),
                feeder.framesSent() - tally.frames() - tally.refused(),
                ledger.expected(),
                ledger.fired(),
                ledger.unexpected().size(),
                missed,
                Math.round(first * 10) / 10.0,
                Math.round(tally.rows() / seconds),
                narrator.breachLatency().quantile(0.5),
                narrator.breachLatency().quantile(0.99),
                narrator.paneLatency().quantile(0.99),
                Math.round(seconds * 10) / 10.0,
                verify);
    }

    private void summary(DemoReport report, DemoLedger ledger) {
        screen.line("");
        ledger.met()
                .forEach((expectation, met) -> screen.line("  "
                        + (met ? screen.green("fired ") : screen.red("MISSED")) + "  " + expectation.alert() + "  "
                        + expectation.why()));
        ledger.unexpected().forEach(name -> screen.line("  " + screen.red("FALSE ") + "  " + name));
        screen.line(String.format(
                Locale.ROOT,
                "  %,d frames · %,d requests · %,d tokens · %d refused · %d lost · first alert after %.1f s · %.0f s in all",
                report.frames(),
                report.requests(),
                report.tokens(),
                report.refused(),
                report.lost(),
                report.secondsToFirstAlert(),
                report.seconds()));
        screen.line("  replay verify: "
                + (report.verify().equals("equal") ? screen.green("equal") : screen.red(report.verify())));
    }
}
