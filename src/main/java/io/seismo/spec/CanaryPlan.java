package io.seismo.spec;

/**
 * A canary of a plan.
 *
 * @param name name in the spec; segments carry it as attribute {@value #ATTRIBUTE}
 * @param location file of its recorded rows, as written in the spec
 * @param tolerance how far, relative to its recorded norm, a row may be from what was recorded; 0 for bit for bit
 * @param digest SHA-256 of the file, hex
 */
public record CanaryPlan(String name, String location, double tolerance, String digest) {

    /** Attribute of a segment that says which canary it is. */
    public static final String ATTRIBUTE = "seismo.canary";

    public CanaryPlan {
        if (!(tolerance >= 0 && tolerance < 1)) {
            throw new IllegalArgumentException("tolerance of canary " + name + " must lie in 0..1");
        }
    }
}
