package io.seismo.weights.family;

import io.seismo.spec.EncoderFacts;
import io.seismo.spec.ProbeScore;
import io.seismo.weights.EncoderWeights;
import io.seismo.weights.Footprint;
import io.seismo.weights.InputNorm;
import io.seismo.weights.WeightsException;
import io.seismo.weights.file.WeightFolder;
import io.seismo.weights.probe.Probe;
import io.seismo.weights.probe.ProbeFile;

/**
 * A probe in one file, of any form that {@link ProbeFile} reads; as canonical weights only a linear one on rows can be
 * loaded.
 */
public final class LinearProbeFamily implements WeightFamily {

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
        return ProbeFile.facts(folder);
    }

    @Override
    public Footprint footprint(WeightFolder folder) {
        EncoderFacts facts = facts(folder);
        return new Footprint(facts.dIn(), facts.width(), false, false, InputNorm.NONE, false);
    }

    @Override
    public String name(WeightFolder folder) {
        return "probe/" + ProbeFile.facts(folder).form().name();
    }

    @Override
    public EncoderWeights load(WeightFolder folder) {
        Probe probe = ProbeFile.load(folder, ProbeScore.LOGIT);
        if (probe instanceof Probe.Linear linear) {
            return linear.weights();
        }
        throw new WeightsException(
                folder.location() + " is a head (" + probe.form() + "), which is more than one matrix",
                "give it to probe: in a spec; see probes.md");
    }
}
