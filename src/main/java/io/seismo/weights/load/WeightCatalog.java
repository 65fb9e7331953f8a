package io.seismo.weights.load;

import io.seismo.spec.CanaryFacts;
import io.seismo.spec.EncoderCatalog;
import io.seismo.spec.EncoderFacts;
import io.seismo.weights.WeightsException;
import io.seismo.weights.recorded.RecordedRows;

/** The planner's view of weights on disk and in the jar: shapes and provenance, without loading a matrix. */
public final class WeightCatalog implements EncoderCatalog {

    @Override
    public EncoderFacts facts(String location) throws UnknownEncoderException {
        try {
            return WeightLoader.facts(location);
        } catch (WeightsException e) {
            throw unknown(e);
        }
    }

    @Override
    public CanaryFacts canary(String location) throws UnknownEncoderException {
        try {
            return RecordedRows.read(location).facts();
        } catch (WeightsException e) {
            throw unknown(e);
        }
    }

    /** False too where the weights are not sound, which {@link #facts} says in words. */
    @Override
    public boolean decodes(String location) {
        try {
            return WeightLoader.decodes(location);
        } catch (WeightsException e) {
            return false;
        }
    }

    private static UnknownEncoderException unknown(WeightsException e) {
        UnknownEncoderException unknown = new UnknownEncoderException(e.problem(), e.remedy());
        unknown.initCause(e);
        return unknown;
    }
}
