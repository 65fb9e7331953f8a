package io.seismo.app.doctor.capture;

import io.seismo.app.doctor.Finding;
import io.seismo.spec.Timing;
import io.seismo.wire.Frame;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Whether the time a frame says is near the time the broker had it: what ENCODE refuses as ahead or late. */
final class ClockCheck implements CaptureCheck {

    private static final int MAX_FRAMES = 1 << 18;
    private static final long MUCH_MS = 2_000;

    private final Timing timing;
    private long[] behind = new long[1_024];
    private int count;

    ClockCheck(Timing timing) {
        this.timing = timing;
    }

    @Override
    public void see(Captured record) {
        Frame frame = record.frame();
        if (frame == null || record.stampMs() < 0 || count == MAX_FRAMES) {
            return;
        }
        behind = count == behind.length ? Arrays.copyOf(behind, 2 * count) : behind;
        behind[count++] = record.stampMs() - frame.getTimestampMs();
    }

    @Override
    public List<Finding> findings() {
        if (count == 0) {
            return List.of(new Finding(
                    "clock", Finding.Status.SKIPPED, "no frame with a broker's time", "Read the topic: --bootstrap."));
        }
        long[] sorted = Arrays.copyOf(behind, count);
        Arrays.sort(sorted);
        long least = sorted[0];
        long most = sorted[count - 1];
        String words = String.format(
                Locale.ROOT,
                "frames reach the broker %,d ms after the time they say, at the median; %,d to %,d",
                sorted[count / 2],
                least,
                most);
        if (-least > timing.leadMs() || most >= timing.graceMs()) {
            return List.of(Finding.fail(
                    "clock",
                    words,
                    "They are refused as " + (-least > timing.leadMs() ? "ahead" : "late")
                            + ": run NTP on the sources, and send frames when they are made."));
        }
        return List.of(
                -least > MUCH_MS || sorted[count / 2] > MUCH_MS
                        ? Finding.warn("clock", words, "Near the bounds of lead and grace: run NTP, lower the linger.")
                        : Finding.ok("clock", words));
    }
}
