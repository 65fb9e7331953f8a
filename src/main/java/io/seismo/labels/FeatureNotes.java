package io.seismo.labels;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one feature.
 *
 * @param labels in the order they were imported
 * @param density share of tokens on which it fires; {@code null} when not known
 * @param max largest activation that was seen, in the units of the SAE's own encode; {@code null} when not known
 * @param published the same as it was published, times the norm of the decoder row; {@code null} when not known
 */
public record FeatureNotes(
        List<Label> labels,
        @Nullable Double density,
        @Nullable Double max,
        @Nullable Double published) {

    /** Nothing yet. */
    static final FeatureNotes NONE = new FeatureNotes(List.of(), null, null, null);

    static final int MOST_LABELS = 16;

    public FeatureNotes {
        labels = List.copyOf(labels);
    }

    /** With a label more; a feature has 16 at most, further ones are not kept. */
    FeatureNotes with(Label label) {
        if (labels.size() == MOST_LABELS || labels.contains(label)) {
            return this;
        }
        List<Label> more = new ArrayList<>(labels);
        more.add(label);
        return new FeatureNotes(more, density, max, published);
    }

    /** With figures; those that are not given stay. */
    FeatureNotes with(@Nullable Double newDensity, @Nullable Double newMax, @Nullable Double newPublished) {
        return new FeatureNotes(
                labels,
                newDensity == null ? density : newDensity,
                newMax == null ? max : newMax,
                newPublished == null ? published : newPublished);
    }

    /** Without the labels of a source. */
    FeatureNotes without(String from) {
        return new FeatureNotes(
                labels.stream().filter(label -> !label.from().equals(from)).toList(), density, max, published);
    }
}
