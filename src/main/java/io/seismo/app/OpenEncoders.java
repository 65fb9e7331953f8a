package io.seismo.app;

import io.seismo.encoder.Encoder;
import io.seismo.encoder.onnx.OnnxEncoders;
import io.seismo.spec.MonitorPlan;
import io.seismo.spec.TapPlan;
import java.util.Map;
import java.util.TreeMap;

/** The encoders of a plan, open; shared by all stream threads of the process. */
final class OpenEncoders implements AutoCloseable {

    private final Map<String, Encoder> byName = new TreeMap<>();

    private OpenEncoders() {}

    /**
     * Opens all of them, or none.
     *
     * @throws io.seismo.encoder.EncoderException when one cannot be opened; the message names file and remedy
     */
    static OpenEncoders of(MonitorPlan plan) {
        OpenEncoders open = new OpenEncoders();
        try {
            for (TapPlan tap : plan.taps()) {
                for (TapPlan.EncoderPlan encoder : tap.encoders()) {
                    boolean full = encoder.fullFraction() > 0;
                    open.byName.put(
                            encoder.name(),
                            OnnxEncoders.open(encoder.location(), encoder.watched(), full, tap.dtype()));
                }
            }
            return open;
        } catch (RuntimeException e) {
            open.close();
            throw e;
        }
    }

    Map<String, Encoder> byName() {
        return byName;
    }

    /** Fingerprint of each encoder, by name. */
    Map<String, String> fingerprints() {
        Map<String, String> fingerprints = new TreeMap<>();
        byName.forEach((name, encoder) -> fingerprints.put(name, encoder.fingerprint()));
        return fingerprints;
    }

    @Override
    public void close() {
        byName.values().forEach(Encoder::close);
    }
}
