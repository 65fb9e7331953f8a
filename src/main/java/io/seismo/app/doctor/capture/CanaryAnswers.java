package io.seismo.app.doctor.capture;

import io.seismo.app.doctor.Finding;
import io.seismo.wire.CanaryFinding;
import io.seismo.wire.CanaryVerdict;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** What canaries say: the best evidence there is. */
final class CanaryAnswers implements CaptureCheck {

    /** Findings that have a question of their own. */
    private static final Set<CanaryFinding> ASKED = EnumSet.of(
            CanaryFinding.CANARY_FINDING_LAYER,
            CanaryFinding.CANARY_FINDING_RESIDUAL,
            CanaryFinding.CANARY_FINDING_SCALE,
            CanaryFinding.CANARY_FINDING_DTYPE);

    private final int known;
    private final Map<CanaryFinding, Long> counts = new EnumMap<>(CanaryFinding.class);
    private final Map<CanaryFinding, String> words = new EnumMap<>(CanaryFinding.class);

    /** @param known canaries that the spec has */
    CanaryAnswers(int known) {
        this.known = known;
    }

    @Override
    public void see(Captured record) {
        if (record.look() != null) {
            for (CanaryVerdict verdict : record.look().canaries()) {
                counts.merge(verdict.getFinding(), 1L, Long::sum);
                String name = verdict.getCanary().isEmpty() ? "a canary" : "canary " + verdict.getCanary();
                words.putIfAbsent(verdict.getFinding(), name + ": " + verdict.getDetail());
            }
        }
    }

    long matched() {
        return counts.getOrDefault(CanaryFinding.CANARY_FINDING_MATCH, 0L);
    }

    /** What canaries say that came with one finding, in words; empty when none did. */
    String of(CanaryFinding finding) {
        long count = counts.getOrDefault(finding, 0L);
        return count == 0
                ? ""
                : words.get(finding) + String.format(Locale.ROOT, " (%,d segment%s)", count, count == 1 ? "" : "s");
    }

    /** Whether some came and all of them matched. */
    boolean sound() {
        return matched() > 0 && counts.size() == 1;
    }

    /** For a question that canaries answer when they come. */
    String evidence() {
        return String.format(Locale.ROOT, "%,d segments of canaries are as recorded", matched());
    }

    @Override
    public List<Finding> findings() {
        if (known == 0) {
            return List.of(Finding.warn(
                    "canary",
                    "the spec has none: the wrong layer, scale or order would go unnoticed",
                    "Record one: src/site/markdown/capture.md#canaries."));
        }
        if (counts.isEmpty()) {
            return List.of(Finding.warn(
                    "canary", "none came", "Send one now, or look for as long as its schedule: --capture 300."));
        }
        List<String> wrong = new ArrayList<>();
        for (CanaryFinding finding : counts.keySet()) {
            if (finding != CanaryFinding.CANARY_FINDING_MATCH && !ASKED.contains(finding)) {
                wrong.add(of(finding));
            }
        }
        if (!wrong.isEmpty()) {
            return List.of(Finding.fail(
                    "canary",
                    String.join("; ", wrong),
                    "src/site/markdown/runbooks/capture-integrity.md has the causes."));
        }
        return List.of(
                sound()
                        ? Finding.ok("canary", evidence())
                        : Finding.fail(
                                "canary",
                                "rows are not as recorded: see layer, residual, scale and dtype",
                                "src/site/markdown/runbooks/capture-integrity.md has the causes."));
    }
}
