package io.seismo.spec;

import java.util.List;

/** A spec was refused; carries every problem that was found, in the order of the text. */
public final class SpecException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient List<SpecProblem> problems;

    SpecException(List<SpecProblem> problems) {
        super(lines(problems));
        this.problems = List.copyOf(problems);
    }

    /** At least one problem, in the order of the text. */
    public List<SpecProblem> problems() {
        return problems;
    }

    private static String lines(List<SpecProblem> problems) {
        StringBuilder text = new StringBuilder();
        for (SpecProblem problem : problems) {
            text.append(text.isEmpty() ? "" : "\n").append(problem);
        }
        return text.toString();
    }
}
