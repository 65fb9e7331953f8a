package io.seismo.contrast;

/**
 * A way to score requests.
 *
 * @param name as the scorecard says it
 * @param kind of rule
 * @param feature index, for features; -1 for others
 */
public record Rule(String name, Kind kind, int feature) {

    /** Kinds of rules. */
    public enum Kind {
        /** A ranked feature of the SAE; the first of them is the SAE's contender. */
        FEATURE,
        /** Difference of means. */
        MEANS,
        /** Logistic probe. */
        LOGISTIC,
        /** How many keywords occur. */
        KEYWORDS,
        /** The norm of the rows. */
        NORM,
        /** A random feature about as dense as the first: what chance gives. */
        RANDOM
    }

    /** A feature. */
    public static Rule feature(int feature) {
        return new Rule("feature " + feature, Kind.FEATURE, feature);
    }

    /** A random feature. */
    public static Rule random(int feature) {
        return new Rule("random feature " + feature, Kind.RANDOM, feature);
    }

    /** Any other. */
    public static Rule of(Kind kind) {
        return switch (kind) {
            case MEANS -> new Rule("difference of means", kind, -1);
            case LOGISTIC -> new Rule("logistic probe", kind, -1);
            case KEYWORDS -> new Rule("keywords", kind, -1);
            case NORM -> new Rule("token norm", kind, -1);
            case FEATURE, RANDOM -> throw new IllegalArgumentException(kind + " needs an index");
        };
    }
}
