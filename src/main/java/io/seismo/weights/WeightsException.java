package io.seismo.weights;

import org.jspecify.annotations.Nullable;

/** Weights cannot be read or are not supported; the message names the file, the tensor or setting, and the remedy. */
public final class WeightsException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String problem;
    private final String remedy;

    /**
     * @param problem what is wrong, and where
     * @param remedy what to do about it; may be empty
     */
    public WeightsException(String problem, String remedy) {
        this(problem, remedy, null);
    }

    /** With the cause. */
    public WeightsException(String problem, String remedy, @Nullable Throwable cause) {
        super(remedy.isEmpty() ? problem : problem + "; " + remedy, cause);
        this.problem = problem;
        this.remedy = remedy;
    }

    /** What is wrong, and where. */
    public String problem() {
        return problem;
    }

    /** What to do about it; may be empty. */
    public String remedy() {
        return remedy;
    }
}
