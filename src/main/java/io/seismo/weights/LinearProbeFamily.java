package io.seismo.weights;

import io.seismo.spec.EncoderFacts;
import java.util.List;

/**
 * A linear probe or a direction: one safetensors file with {@code weight} [d_in] or [1, d_in] and, for a probe,
 * {@code bias} [1]; {@code hook_name} and {@code model_name} in the metadata are taken for its provenance.
 */
final class LinearProbeFamily implements WeightFamily {

    private static final String NAME = "probe/linear";

    @Override
    public String format() {
        return "probe";
    }

    @Override
    public boolean recognises(WeightFolder folder) {
        return folder.isFile();
    }

    @Override
    public EncoderFacts facts(WeightFolder folder) {
        Tensors file = Tensors.open(folder.self());
        return EncoderFacts.probe(direction(file).length)
                .at(file.metadata("hook_name"))
                .of(file.metadata("model_name"), file.metadata("model_revision"));
    }

    @Override
    public Footprint footprint(WeightFolder folder) {
        return new Footprint(facts(folder).dIn(), 1, false, false, false);
    }

    @Override
    public String name(WeightFolder folder) {
        return NAME;
    }

    @Override
    public EncoderWeights load(WeightFolder folder) {
        Tensors file = Tensors.open(folder.self());
        double[] direction = direction(file);
        double bias = file.find("bias").map(tensor -> single(tensor)).orElse(0.0);
        Manifest manifest = new Manifest(
                NAME,
                folder.location(),
                file.source().sha256(),
                "",
                file.metadata("hook_name"),
                file.metadata("model_name"),
                direction.length,
                1,
                file.require("weight").type().name(),
                List.of());
        return new EncoderWeights(
                manifest,
                Matrix.column(direction),
                new float[] {(float) bias},
                new Activation.Linear(),
                InputNorm.NONE);
    }

    private static double[] direction(Tensors file) {
        Tensor weight = file.require("weight");
        if (weight.shape().size() == 2) {
            weight.expect(1, weight.shape().get(1));
            weight = new Tensor(
                    weight.name(),
                    weight.type(),
                    List.of(weight.shape().get(1)),
                    weight.source(),
                    weight.offset(),
                    List.of(weight.strides().get(1)));
        }
        double[] direction = weight.vector();
        if (direction.length == 0) {
            throw new WeightsException(weight + " is empty", "give one weight for each value of a row");
        }
        return direction;
    }

    private static double single(Tensor tensor) {
        double[] values = tensor.vector();
        if (values.length != 1) {
            throw new WeightsException(tensor + " should hold one value", "export one probe to a file");
        }
        return values[0];
    }
}
