package io.seismo.app;

import io.seismo.spec.EncoderCatalog;
import io.seismo.spec.EncoderFacts;
import io.seismo.weights.WeightLoader;
import io.seismo.weights.WeightsException;

/** Answers the planner from the weights on disk or in the jar, without loading their matrices. */
public final class WeightCatalog implements EncoderCatalog {

    @Override
    public EncoderFacts facts(String location) throws UnknownEncoderException {
        try {
            var found = WeightLoader.facts(location);
            return new EncoderFacts(found.probe(), found.dIn(), found.width(), found.hook(), "", "", 0, 0);
        } catch (WeightsException e) {
            throw new UnknownEncoderException(String.valueOf(e.getMessage()), "");
        }
    }
}
