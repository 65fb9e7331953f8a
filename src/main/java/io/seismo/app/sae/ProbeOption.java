package io.seismo.app.sae;

import io.seismo.app.cli.CommandFailure;
import io.seismo.spec.ProbeScore;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a probe reads, as a spec says it; a mixin. */
final class ProbeOption {

    @Option(
            names = "--sae",
            paramLabel = "SAE",
            description = "Of a probe on features: the SAE whose features it reads ('features:' in a spec).")
    private @Nullable String sae;

    @Option(
            names = "--score",
            paramLabel = "SCORE",
            description = "Of a linear probe: ${COMPLETION-CANDIDATES}. Default: logit.")
    private @Nullable ProbeScore score;

    /** The SAE whose features are read; absent where rows are. */
    @Nullable
    String sae() {
        return sae;
    }

    ProbeScore score() {
        return score == null ? ProbeScore.LOGIT : score;
    }

    /** Refuses to say of an SAE how a probe reads. */
    void requireUnused(String location) {
        if (sae != null || score != null) {
            throw new CommandFailure(
                    location + " is an SAE: " + (sae != null ? "--sae" : "--score") + " says how a probe reads",
                    "Leave it out, or give a probe.");
        }
    }
}
