package io.seismo.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Dashboards, rules and runbooks speak only of metrics that exist. */
class DashboardNamesTest {

    private static final Pattern METRIC = Pattern.compile("\\bseismo_[a-z_]+");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "dashboards/seismo.json",
                "dashboards/seismo-rules.yaml",
                "dashboards/seismo-rules.test.yaml",
                "src/site/markdown/runbooks/blind.md",
                "src/site/markdown/runbooks/sae-drift.md"
            })
    void shouldNameOnlyMetricsThatExist(String file) throws IOException {
        Set<String> known = new TreeSet<>();
        Stream.of(Instrument.values()).map(Instrument::prometheusName).forEach(known::add);

        Set<String> named = names(Files.readString(Path.of(file)));

        assertThat(named).isNotEmpty().isSubsetOf(known);
    }

    private static Set<String> names(String text) {
        Set<String> names = new TreeSet<>();
        Matcher matcher = METRIC.matcher(text);
        while (matcher.find()) {
            names.add(matcher.group().replaceFirst("_(bucket|sum|count)$", ""));
        }
        return names;
    }
}
