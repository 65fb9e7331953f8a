package io.seismo.app.features;

import io.seismo.contrast.RowSelection;
import io.seismo.spec.EncoderFacts;
import java.util.List;
import picocli.CommandLine.Option;

/** Which rows of a capture count; a mixin. */
final class SelectionOption {

    @Option(
            names = "--hook",
            defaultValue = "",
            paramLabel = "NAME",
            description = "Hook point of the rows. Default: the SAE's own, else the only one in the files.")
    private String hook = "";

    @Option(
            names = "--skip",
            split = ",",
            defaultValue = "special,first,sinks",
            paramLabel = "KIND",
            description = "Rows to leave out besides padding, as a tap's skip: special, first, sinks, or none."
                    + " Default: ${DEFAULT-VALUE}.")
    private List<Kind> skip = List.of();

    @Option(
            names = "--sink-norm",
            defaultValue = "0",
            paramLabel = "NORM",
            description = "Rows longer than this are sinks. Default: what lies beside the SAE says.")
    private float sinkNorm;

    /** Kinds of rows that can be left out. */
    enum Kind {
        SPECIAL,
        FIRST,
        SINKS,
        PADDING,
        NONE
    }

    /** Rows for an encoder with these facts. */
    RowSelection of(EncoderFacts facts) {
        float norm = sinkNorm > 0 ? sinkNorm : (float) facts.sinkNorm();
        return new RowSelection(
                hook.isEmpty() ? facts.hook() : hook,
                skip.contains(Kind.SPECIAL),
                skip.contains(Kind.FIRST),
                skip.contains(Kind.SINKS) ? norm : 0);
    }
}
