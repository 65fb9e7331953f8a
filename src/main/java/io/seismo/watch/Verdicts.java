package io.seismo.watch;

import io.seismo.wire.VerdictCore;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The verdicts that hold at the end of a pane, by subject (watch entry, or a source's detector) and detector id. */
final class Verdicts {

    private final TreeMap<String, TreeMap<String, VerdictCore>> bySubject = new TreeMap<>();

    void add(String subject, String detector, VerdictCore verdict) {
        bySubject.computeIfAbsent(subject, s -> new TreeMap<>()).put(detector, verdict);
    }

    /** Silence neither blinds nor heals: when nothing is known the last verdict holds, and its guard says why. */
    static VerdictCore known(VerdictCore now, VerdictCore before) {
        return now.getGuard().isEmpty() || !before.getDeviant()
                ? now
                : before.toBuilder().setGuard(now.getGuard()).build();
    }

    @Nullable
    VerdictCore of(String subject, String detector) {
        Map<String, VerdictCore> byDetector = bySubject.get(subject);
        return byDetector == null ? null : byDetector.get(detector);
    }
}
