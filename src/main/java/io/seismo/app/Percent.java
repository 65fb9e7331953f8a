package io.seismo.app;

import java.math.BigDecimal;
import java.math.MathContext;

/** Shares as people write them. */
final class Percent {

    private Percent() {}

    /** {@code 0.98} as {@code 98%}. */
    static String of(double share) {
        BigDecimal percent = BigDecimal.valueOf(share).movePointRight(2).round(new MathContext(8));
        return percent.stripTrailingZeros().toPlainString() + "%";
    }
}
