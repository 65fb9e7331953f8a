package io.seismo.weights.family;

import java.util.List;

/** The families that others publish, in the order they are asked. */
public final class Families {

    /** Those that a name alone tells come before those that look at tensors. */
    private static final List<WeightFamily> PUBLISHED = List.of(
            new GemmaScopeFamily(),
            new QwenScopeFamily(),
            new GoodfireFamily(),
            new OpenAiFamily(),
            new LinearProbeFamily(),
            new LlamaScopeFamily(),
            new SparsifyFamily(),
            new DictionaryLearningFamily(),
            new SaeLensFamily());

    private Families() {}

    /** One of each. */
    public static List<WeightFamily> published() {
        return PUBLISHED;
    }
}
