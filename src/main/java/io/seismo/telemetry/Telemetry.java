package io.seismo.telemetry;

import io.opentelemetry.exporter.prometheus.PrometheusMetricReader;
import io.opentelemetry.sdk.metrics.InstrumentSelector;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.View;
import io.opentelemetry.sdk.resources.Resource;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * An OpenTelemetry SDK whose metrics are read as Prometheus text, when asked: nothing is pushed and no port is opened
 * here. At most {@value #MAX_SERIES} series an instrument; what exceeds that is one overflow series, as the SDK has it.
 */
public final class Telemetry implements AutoCloseable {

    /** Content type of {@link #prometheusText()}. */
    public static final String CONTENT_TYPE = PrometheusTextFormatWriter.CONTENT_TYPE;

    private static final int MAX_SERIES = 2_000;

    private final PrometheusMetricReader reader = PrometheusMetricReader.create();
    private final PrometheusTextFormatWriter writer =
            PrometheusTextFormatWriter.builder().build();
    private final SdkMeterProvider provider;
    private final Meters meters;

    /** Starts to measure. */
    public Telemetry() {
        provider = SdkMeterProvider.builder()
                .setResource(Resource.getDefault().toBuilder()
                        .put("service.name", "seismo")
                        .build())
                .registerMetricReader(reader)
                .registerView(
                        InstrumentSelector.builder().setMeterName(Meters.SCOPE).build(),
                        View.builder().setCardinalityLimit(MAX_SERIES).build())
                .build();
        meters = new Meters(provider);
    }

    /** The instruments. */
    public Meters meters() {
        return meters;
    }

    /** All metrics as Prometheus text. */
    public String prometheusText() {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        try {
            writer.write(text, reader.collect());
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return text.toString(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        provider.close();
    }
}
