package io.seismo.spec;

import io.seismo.wire.CanaryHook;
import io.seismo.wire.CanaryRecord;
import io.seismo.wire.EncoderRecord;
import io.seismo.wire.Epoch;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the log keeps of an epoch: the spec, and the facts of the weights and recordings it was planned with. The plan can be made again
 * from that alone, whatever has become of the weights.
 */
public final class EpochRecord {

    private EpochRecord() {}

    /**
     * The plan of a recorded epoch.
     *
     * @throws SpecException when this version does not understand its spec
     */
    public static MonitorPlan plan(Epoch epoch) {
        Map<String, EncoderFacts> facts = new TreeMap<>();
        for (EncoderRecord encoder : epoch.getEncodersList()) {
            facts.put(encoder.getLocation(), facts(encoder));
        }
        SpecDocument document = SpecParser.parse("the spec of epoch " + epoch.getNumber(), epoch.getSpec());
        Map<String, CanaryFacts> recordings = new TreeMap<>();
        for (CanaryRecord canary : epoch.getCanariesList()) {
            recordings.put(canary.getLocation(), facts(canary));
        }
        return Planner.plan(document, EncoderCatalog.of(facts, recordings), epoch.getNumber());
    }

    /**
     * Facts of a recording as they are recorded.
     *
     * @param location as written in the spec
     */
    public static CanaryRecord canary(String location, CanaryFacts facts) {
        CanaryRecord.Builder record = CanaryRecord.newBuilder()
                .setLocation(location)
                .setModel(facts.model())
                .setRevision(facts.revision())
                .setRows(facts.rows())
                .setNearest(facts.nearest())
                .setDigest(facts.digest());
        facts.hooks()
                .forEach((name, hook) -> record.addHooks(CanaryHook.newBuilder()
                        .setHook(name)
                        .setDtype(hook.dtype())
                        .setWidth(hook.width())));
        return record.build();
    }

    private static CanaryFacts facts(CanaryRecord canary) {
        TreeMap<String, CanaryFacts.Hook> hooks = new TreeMap<>();
        for (CanaryHook hook : canary.getHooksList()) {
            hooks.put(hook.getHook(), new CanaryFacts.Hook(hook.getDtype(), hook.getWidth()));
        }
        return new CanaryFacts(
                canary.getModel(),
                canary.getRevision(),
                canary.getRows(),
                hooks,
                canary.getNearest(),
                canary.getDigest());
    }

    /**
     * Facts as they are recorded.
     *
     * @param location as written in the spec
     */
    public static EncoderRecord encoder(String location, EncoderFacts facts) {
        return EncoderRecord.newBuilder()
                .setLocation(location)
                .setProbe(facts.probe())
                .setDIn(facts.dIn())
                .setWidth(facts.width())
                .setHook(facts.hook())
                .setModel(facts.model())
                .setRevision(facts.revision())
                .setSinkNorm(facts.sinkNorm())
                .setL0(facts.l0())
                .setWeights(facts.weights())
                .setForm(facts.form().name())
                .setColumns(facts.form().columns())
                .setInputs(facts.form().topFeature() + 1)
                .build();
    }

    /** Records from before there was more than one form say nothing: their probes are linear. */
    private static EncoderFacts.Form form(EncoderRecord encoder) {
        if (encoder.getForm().isEmpty()) {
            return encoder.getProbe() ? EncoderFacts.Form.LINEAR : EncoderFacts.Form.SAE;
        }
        return new EncoderFacts.Form(encoder.getForm(), encoder.getColumns(), encoder.getInputs() - 1);
    }

    private static EncoderFacts facts(EncoderRecord encoder) {
        return new EncoderFacts(
                encoder.getProbe(),
                encoder.getDIn(),
                encoder.getWidth(),
                encoder.getHook(),
                encoder.getModel(),
                encoder.getRevision(),
                encoder.getSinkNorm(),
                encoder.getL0(),
                encoder.getWeights(),
                form(encoder));
    }
}
