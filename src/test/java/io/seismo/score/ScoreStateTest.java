package io.seismo.score;

import static io.seismo.score.Rig.T0;
import static io.seismo.score.Rig.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.seismo.activation.MapJournal;
import io.seismo.activation.TestFrames;
import io.seismo.activation.TestPlans;
import io.seismo.spec.Plans;
import io.seismo.window.Digests;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * SCORE's stored state: as it is written, and the one before it, which is read. Each file of {@code state/} holds the
 * entries that its version brought; feature blocks have goldens of their own in {@code window}.
 */
class ScoreStateTest {

    @Test
    void shouldGiveTheGoldenState() throws IOException {
        TreeMap<String, String> state = new TreeMap<>();
        sample().scorer.snapshot().forEach((key, value) -> state.put(key, Digests.hex(value)));
        state.keySet().removeIf(key -> key.contains("/f/"));
        assertThat(state).isEqualTo(golden());
    }

    @Test
    void shouldGoOnFromTheGoldenState() throws IOException {
        assertThat(again(golden())).isEqualTo(golden());
    }

    @Test
    void shouldGoOnFromTheGoldenStateOfTheVersionBefore() throws IOException {
        TreeMap<String, String> before = golden("v1");
        assertThat(before).isNotEqualTo(golden());
        assertThat(again(before)).isEqualTo(golden());
    }

    /** What is stored by a scorer that was restored from this. */
    private static TreeMap<String, String> again(TreeMap<String, String> stored) {
        PartitionScorer scorer = fresh();
        stored.forEach((key, hex) -> scorer.restore(key, HexFormat.of().parseHex(hex)));
        TreeMap<String, String> again = new TreeMap<>();
        scorer.snapshot().forEach((key, value) -> again.put(key, Digests.hex(value)));
        return again;
    }

    @Test
    void shouldRefuseAnEntryWhenItIsCutShortOrLongerOrOfAnotherVersion() {
        SortedMap<String, byte[]> state = sample().scorer.snapshot();
        assertThat(state).hasSizeGreaterThan(7);
        for (Map.Entry<String, byte[]> entry : state.entrySet()) {
            byte[] value = entry.getValue();
            refuses(entry.getKey(), Arrays.copyOf(value, value.length - 1));
            refuses(entry.getKey(), Arrays.copyOf(value, value.length + 1));
            refuses(entry.getKey(), new byte[0]);
            byte[] other = value.clone();
            other[0] = 9;
            refuses(entry.getKey(), other);
        }
        refuses("x/y", new byte[1]);
        refuses("p/100", new byte[1]);
    }

    private static void refuses(String key, byte[] value) {
        assertThatIllegalArgumentException().as(key).isThrownBy(() -> fresh().restore(key, value));
    }

    private static PartitionScorer fresh() {
        return new PartitionScorer(
                Plans.only(TestPlans.plan(100)), 1, ScoreJournals.of(new MapJournal()), new Recorder());
    }

    private static Rig sample() {
        Rig rig = new Rig();
        rig.tick(T0);
        rig.send(
                T0 + 5,
                rows("request-0", 0, 3).toBuilder().setTenantKey("tenant").build(),
                2f,
                5f);
        rig.send(T0 + 7, rows("request-1", 0, 2), -1f, 1.5f);
        rig.give(TestFrames.heartbeat("a", 1, T0 + 9, 6));
        return rig;
    }

    private static TreeMap<String, String> golden() throws IOException {
        TreeMap<String, String> golden = golden("v1");
        golden.putAll(golden("v2"));
        return golden;
    }

    private static TreeMap<String, String> golden(String version) throws IOException {
        TreeMap<String, String> golden = new TreeMap<>();
        try (var in = ScoreStateTest.class.getResourceAsStream("/state/" + version + "/score.txt")) {
            assertThat(in).isNotNull();
            for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
                golden.put(line.substring(0, line.indexOf(' ')), line.substring(line.indexOf(' ') + 1));
            }
        }
        return golden;
    }
}
