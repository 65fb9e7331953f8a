package io.seismo.app.doctor.capture;

import io.seismo.activation.Reading;
import io.seismo.app.doctor.Finding;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Whether frames are what the contract and the spec want: what ENCODE would refuse, by reason. */
final class ContractCheck implements CaptureCheck {

    private final TreeMap<String, Long> refused = new TreeMap<>();
    private final TreeMap<String, String> details = new TreeMap<>();
    private long frames;
    private long rows;

    @Override
    public void see(Captured record) {
        if (record.reading() instanceof Reading.Refused garbage) {
            note(garbage.reason().name(), garbage.detail());
        }
        if (record.look() != null) {
            frames++;
            rows += record.look().kinds().length;
            if (record.look().reason() != null) {
                note(record.look().reason().name(), record.look().detail());
            }
        }
    }

    private void note(String reason, String detail) {
        String word = reason.substring("REASON_".length()).toLowerCase(Locale.ROOT);
        refused.merge(word, 1L, Long::sum);
        details.putIfAbsent(word, detail);
    }

    @Override
    public List<Finding> findings() {
        if (refused.isEmpty()) {
            return List.of(
                    frames == 0
                            ? Finding.fail("frames", "none came", "Is the capture running, and is this its topic?")
                            : Finding.ok(
                                    "frames",
                                    String.format(
                                            Locale.ROOT,
                                            "%,d frames with %,d rows, as the spec wants them",
                                            frames,
                                            rows)));
        }
        StringBuilder words = new StringBuilder();
        for (Map.Entry<String, Long> reason : refused.entrySet()) {
            words.append(words.isEmpty() ? "" : "; ")
                    .append(String.format(
                            Locale.ROOT,
                            "%,d %s (%s)",
                            reason.getValue(),
                            reason.getKey(),
                            details.get(reason.getKey())));
        }
        return List.of(Finding.fail(
                "frames",
                String.format(Locale.ROOT, "of %,d frames would be refused: %s", frames, words),
                "Each is lost coverage: mend the capture, or the spec."));
    }
}
