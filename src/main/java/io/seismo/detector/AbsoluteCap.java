package io.seismo.detector;

import io.seismo.baseline.CountWindow;

/** A cap that a human has set: any request above it in the window makes the verdict deviant. No statistics. */
public final class AbsoluteCap {

    private AbsoluteCap() {}

    /** @param window {@code fired} counts requests above the cap */
    public static Verdict verdict(CountWindow window) {
        long breaches = window.fired();
        Verdict.Run run = new Verdict.Run(window.endMs() - window.windowMs(), breaches, window.seen(), 0);
        return new Verdict(breaches > 0, breaches, 0, breaches, window.seen(), 0, "cap", "", run);
    }
}
