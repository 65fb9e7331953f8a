package io.seismo.app.features;

import io.seismo.spec.AggregatorSpec;
import io.seismo.spec.SpecException;
import io.seismo.spec.SpecParser;
import io.seismo.spec.WatchSpec;
import java.util.Objects;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** An aggregator as a spec writes it, read by the spec's own parser. */
final class AggregateText implements ITypeConverter<AggregatorSpec> {

    private static final String SPEC = """
            seismo: 1
            model: { name: m, revision: r }
            taps: { t: { hook: h, d_in: 1, dtype: f32 } }
            encoders: { e: { probe: p, tap: t } }
            watch: { w: { read: e, severity: info, aggregate: "%s" } }
            detectors: { d: { watch: "*", method: cusum, false_pages_per_week: 1 } }
            alerts: { A: { from: [d] } }
            """;

    @Override
    public AggregatorSpec convert(String text) {
        if (!text.matches("[a-z0-9_().,= ]{1,64}")) {
            throw new TypeConversionException("'" + text + "' is not an aggregator such as max or ema(0.5).max");
        }
        try {
            WatchSpec entry = SpecParser.parse("--aggregate", SPEC.formatted(text))
                    .spec()
                    .watch()
                    .get("w");
            return Objects.requireNonNull(entry).aggregate();
        } catch (SpecException e) {
            throw new TypeConversionException(
                    e.problems().get(0).message() + "; " + e.problems().get(0).remedy());
        }
    }
}
