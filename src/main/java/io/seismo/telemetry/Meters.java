package io.seismo.telemetry;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.metrics.DoubleGauge;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.metrics.MeterProvider;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The instruments of {@link Instrument}, ready to be used from any thread. Values of attributes are given in the order
 * of {@link Instrument#keys()}.
 */
public final class Meters {

    /** Instrumentation scope. */
    public static final String SCOPE = "io.seismo";

    /** From one small frame in the encoders to a notification that was tried for minutes. */
    private static final List<Double> SECONDS = List.of(
            0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 12.5, 15.0, 20.0,
            30.0, 60.0, 300.0);

    /** Counts and times of nobody: for tests and for programs that do not ask. */
    public static final Meters NONE = new Meters(MeterProvider.noop());

    private final Map<Instrument, LongCounter> counters = new EnumMap<>(Instrument.class);
    private final Map<Instrument, DoubleGauge> gauges = new EnumMap<>(Instrument.class);
    private final Map<Instrument, DoubleHistogram> histograms = new EnumMap<>(Instrument.class);

    /** Instruments of that provider. */
    public Meters(MeterProvider provider) {
        Meter meter = provider.get(SCOPE);
        for (Instrument instrument : Instrument.values()) {
            build(meter, instrument);
        }
    }

    /**
     * Adds to a counter.
     *
     * @throws IllegalArgumentException when it is no counter or the number of values is not that of its keys
     */
    public void add(Instrument instrument, long more, String... values) {
        of(counters, instrument).add(more, attributes(instrument, values));
    }

    /** Sets a gauge. */
    public void set(Instrument instrument, double value, String... values) {
        of(gauges, instrument).set(value, attributes(instrument, values));
    }

    /** Records a duration in seconds. */
    public void time(Instrument instrument, double seconds, String... values) {
        of(histograms, instrument).record(seconds, attributes(instrument, values));
    }

    private void build(Meter meter, Instrument instrument) {
        String id = instrument.id();
        switch (instrument.kind()) {
            case COUNTER ->
                counters.put(
                        instrument,
                        meter.counterBuilder(id)
                                .setUnit(instrument.unit())
                                .setDescription(instrument.description())
                                .build());
            case GAUGE ->
                gauges.put(
                        instrument,
                        meter.gaugeBuilder(id)
                                .setUnit(instrument.unit())
                                .setDescription(instrument.description())
                                .build());
            case HISTOGRAM ->
                histograms.put(
                        instrument,
                        meter.histogramBuilder(id)
                                .setUnit(instrument.unit())
                                .setDescription(instrument.description())
                                .setExplicitBucketBoundariesAdvice(SECONDS)
                                .build());
        }
    }

    private static <T> T of(Map<Instrument, T> built, Instrument instrument) {
        T found = built.get(instrument);
        if (found == null) {
            throw new IllegalArgumentException(instrument.id() + " is a " + instrument.kind());
        }
        return found;
    }

    private static Attributes attributes(Instrument instrument, String[] values) {
        List<String> keys = instrument.keys();
        if (values.length != keys.size()) {
            throw new IllegalArgumentException(
                    instrument.id() + " has the attributes " + keys + ", not " + values.length + " values");
        }
        if (values.length == 0) {
            return Attributes.empty();
        }
        AttributesBuilder attributes = Attributes.builder();
        for (int i = 0; i < values.length; i++) {
            attributes.put(AttributeKey.stringKey(keys.get(i)), values[i]);
        }
        return attributes.build();
    }
}
