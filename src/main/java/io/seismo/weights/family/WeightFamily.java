package io.seismo.weights.family;

import io.seismo.spec.EncoderFacts;
import io.seismo.weights.Activation;
import io.seismo.weights.ByteSource;
import io.seismo.weights.EncoderWeights;
import io.seismo.weights.Footprint;
import io.seismo.weights.WeightsException;
import io.seismo.weights.file.WeightFolder;
import java.util.Optional;

/** A way weights lie on disk, and the algebra that brings them into canonical form. */
public interface WeightFamily {

    /** Whether the folder looks like this family; cheap, reads names or a header, refuses nothing. */
    boolean recognises(WeightFolder folder);

    /**
     * Loads and converts.
     *
     * @throws WeightsException when a file is unsound, or a setting is not supported, with the reason
     */
    EncoderWeights load(WeightFolder folder);

    /**
     * Reads and folds everything but the matrix, which stays where it is.
     *
     * @throws WeightsException as {@link #load} does, and where there is nothing to convert
     */
    default Conversion convert(WeightFolder folder) {
        throw new WeightsException(
                folder.location() + " is " + name(folder) + ", which is read as it is", "there is nothing to import");
    }

    /** What decides memory and work; folds, but leaves the matrix where it is. */
    default Footprint footprint(WeightFolder folder) {
        Conversion conversion = convert(folder);
        return new Footprint(
                conversion.matrix().rows(),
                conversion.matrix().columns(),
                conversion.activation().wholeRow(),
                conversion.activation() instanceof Activation.TopK,
                conversion.norm(),
                conversion.matrix().inPlace() && conversion.matrix().tensor().source() instanceof ByteSource.Mapped);
    }

    /** Name of the family, for {@code --format}. */
    String format();

    /** Reads what can be said without touching the matrix. */
    EncoderFacts facts(WeightFolder folder);

    /** Family and architecture, as the manifest will name them; override where that needs no loading. */
    default String name(WeightFolder folder) {
        return load(folder).manifest().family();
    }

    /** The way back from features to the input; none for a probe, and none where the output is not the input. */
    default Optional<DecoderSource> decoder(WeightFolder folder) {
        return Optional.empty();
    }

    /** Share of tokens on which each feature fired in training, where the files tell. */
    default Optional<double[]> rates(WeightFolder folder) {
        return Optional.empty();
    }
}
