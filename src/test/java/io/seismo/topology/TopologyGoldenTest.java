package io.seismo.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.seismo.spec.MonitorPlan;
import io.seismo.spec.Plans;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The graph and its stores are an upgrade contract: a change must be made on purpose. */
class TopologyGoldenTest {

    private static final Path FOLDER = Path.of("topology");

    private final MonitorPlan plan = TopologyPlans.minimal();

    @Test
    void shouldKeepTheEncodeTopology() throws IOException {
        String described = SeismoTopologies.encode(Plans.only(plan), any -> Map.of(), RoleMetrics.NONE)
                .describe()
                .toString();

        assertGolden("encode.topology.txt", described);
    }

    @Test
    void shouldKeepTheWatchTopology() throws IOException {
        String described = SeismoTopologies.watch(Plans.only(plan), RoleMetrics.NONE)
                .describe()
                .toString();

        assertGolden("watch.topology.txt", described);
    }

    @Test
    void shouldKeepTheStores() throws IOException {
        String described = StateStores.ALL.stream()
                .map(StateStores.Description::toString)
                .collect(Collectors.joining("\n", "", "\n"));

        assertGolden("stores.txt", described);
    }

    private static void assertGolden(String file, String now) throws IOException {
        Path golden = FOLDER.resolve(file);
        if (Boolean.getBoolean("golden.update")) {
            Files.writeString(golden, now);
        }
        assertThat(golden)
                .as("golden of the topology; if the change is meant, run with -Dgolden.update=true")
                .hasContent(now);
    }
}
