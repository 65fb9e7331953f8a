package io.seismo.app.cli;

import java.math.BigDecimal;
import java.math.MathContext;

/** Shares as people write them. */
public final class Percent {

    private Percent() {}

    /** {@code 0.98} as {@code 98%}. */
    public static String of(double share) {
        BigDecimal percent = BigDecimal.valueOf(share).movePointRight(2).round(new MathContext(8));
        return percent.stripTrailingZeros().toPlainString() + "%";
    }
}
