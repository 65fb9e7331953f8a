package io.seismo.weights.family;

import io.seismo.spec.EncoderFacts;
import io.seismo.weights.Activation;
import io.seismo.weights.EncoderWeights;
import io.seismo.weights.InputNorm;
import io.seismo.weights.Tensor;
import io.seismo.weights.WeightsException;
import io.seismo.weights.file.WeightFolder;
import java.util.List;
import java.util.Optional;

/** A family that is one file of tensors, perhaps with a configuration: it says which, and what its algebra is. */
interface TensorFamily extends WeightFamily {

    /** Reads and checks everything but the matrices. */
    Reading read(WeightFolder folder);

    @Override
    default Conversion convert(WeightFolder folder) {
        Reading reading = read(folder);
        Folding folding = new Folding(reading.encoder);
        Activation activation = reading.algebra.fold(folding);
        if (activation instanceof Activation.TopK top && top.k() > folding.width()) {
            throw new WeightsException(
                    folder.location() + ": k " + top.k() + " exceeds d_sae " + folding.width(),
                    "correct k in the configuration");
        }
        return folding.finish(reading.origin, activation, reading.norm);
    }

    @Override
    default EncoderWeights load(WeightFolder folder) {
        return convert(folder).load();
    }

    @Override
    default EncoderFacts facts(WeightFolder folder) {
        Reading reading = read(folder);
        List<Long> shape = reading.encoder.shape();
        return reading.origin.facts(Math.toIntExact(shape.get(0)), Math.toIntExact(shape.get(1)));
    }

    @Override
    default String name(WeightFolder folder) {
        return read(folder).origin.family();
    }

    @Override
    default Optional<double[]> rates(WeightFolder folder) {
        return SaeCard.rates(
                folder, Math.toIntExact(read(folder).encoder.shape().get(1)));
    }

    /** From the tensors to W and c. */
    @FunctionalInterface
    interface Algebra {

        /** Folds, and says what the activation is. */
        Activation fold(Folding folding);
    }

    /**
     * What was found.
     *
     * @param origin where it comes from
     * @param encoder as [d_in, d_sae], perhaps a transposed view
     * @param norm applied to the input first
     * @param algebra the rest
     */
    record Reading(Origin origin, Tensor encoder, InputNorm norm, Algebra algebra) {

        /** A decoder that is stored as [d_sae, d_in], if there is one; its bias must be there then. */
        Optional<DecoderSource> decoder(Optional<Tensor> stored, String bias) {
            return source(stored.map(rows -> rows.expect(width(), dIn())), bias);
        }

        /** A decoder that is stored as [d_in, d_sae]. */
        Optional<DecoderSource> turnedDecoder(Optional<Tensor> stored, String bias) {
            return source(stored.map(columns -> columns.expect(dIn(), width()).transposed()), bias);
        }

        private Optional<DecoderSource> source(Optional<Tensor> rows, String bias) {
            return rows.map(tensor -> DecoderSource.plain(
                    tensor, origin.file().require(bias).expect(dIn()).vector()));
        }

        private long dIn() {
            return encoder.shape().get(0);
        }

        private long width() {
            return encoder.shape().get(1);
        }
    }
}
