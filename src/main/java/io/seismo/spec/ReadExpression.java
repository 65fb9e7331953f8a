package io.seismo.spec;

import java.util.ArrayList;
import java.util.List;

/**
 * What a watch entry reads on a token: the largest of its terms.
 *
 * @param terms at least one, as written
 */
public record ReadExpression(List<Term> terms) {

    public ReadExpression {
        terms = List.copyOf(terms);
        if (terms.isEmpty()) {
            throw new IllegalArgumentException("reads nothing");
        }
    }

    /**
     * One column.
     *
     * @param encoder its name
     * @param feature index in an SAE; −1 for a probe, which has only one column
     */
    public record Term(String encoder, int feature) {

        /** Whether a feature is named. */
        public boolean indexed() {
            return feature >= 0;
        }

        @Override
        public String toString() {
            return indexed() ? encoder + "/" + feature : encoder;
        }
    }

    @Override
    public String toString() {
        if (terms.size() == 1) {
            return terms.get(0).toString();
        }
        List<String> words = new ArrayList<>();
        for (Term term : terms) {
            words.add(term.toString());
        }
        return "max(" + String.join(", ", words) + ")";
    }
}
