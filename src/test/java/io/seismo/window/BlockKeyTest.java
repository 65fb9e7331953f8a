package io.seismo.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BlockKeyTest {

    @ParameterizedTest
    @ValueSource(strings = {"w/phishing", "f/topics/000004", "f/a/b/999999", "s/blind", "e/topics", "w/naïve ☂"})
    void shouldParseWhatItWrote(String text) {
        assertThat(BlockKey.parse(text).text()).isEqualTo(text);
    }

    @Test
    void shouldPadTheNumberOfAFeatureBlock() {
        assertThat(new BlockKey.Features("topics", 95).text()).isEqualTo("f/topics/000095");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "w/", "e/", "x/a", "f/topics", "f/topics/95", "f//000001", "f/topics/00009x", "f/000001"})
    void shouldRefuseATextThatIsNoKey(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> BlockKey.parse(text));
    }

    @Test
    void shouldAgreeWithPublishedVectorsWhenHashing() {
        // Landon Curt Noll's test vectors for FNV-1a.
        assertThat(Fnv.hash32("")).isEqualTo(0x811c9dc5);
        assertThat(Fnv.hash32("a")).isEqualTo(0xe40c292c);
        assertThat(Fnv.hash32("foobar")).isEqualTo(0xbf9cf968);
        assertThat(Fnv.hash64("")).isEqualTo(0xcbf29ce484222325L);
        assertThat(Fnv.hash64("a")).isEqualTo(0xaf63dc4c8601ec8cL);
        assertThat(Fnv.hash64("foobar")).isEqualTo(0x85944171f73967e8L);
    }

    @Test
    void shouldSpreadKeysOverAllPartitions() {
        int[] counts = new int[16];
        for (int block = 0; block < 1_600; block++) {
            counts[new BlockKey.Features("topics", block).partition(16)]++;
        }
        for (int count : counts) {
            assertThat(count).isBetween(50, 200);
        }
    }

    @Test
    void shouldOrderTextsAsTheirUtf8Bytes() {
        Random random = new Random(3);
        int[] pool = {'a', 'z', 0xe9, 0x20ac, 0xe000, 0xffee, 0x10000, 0x1f300};
        for (int i = 0; i < 5_000; i++) {
            String a = text(random, pool);
            String b = text(random, pool);
            int bytes = Arrays.compareUnsigned(a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));
            assertThat(Integer.signum(BlockKey.ORDER.compare(a, b))).isEqualTo(Integer.signum(bytes));
        }
        // The control: the order of UTF-16 differs, so a plain compareTo would not do.
        assertThat("\ud800\udc00".compareTo("\uffee")).isNegative();
        assertThat(BlockKey.ORDER.compare("\ud800\udc00", "\uffee")).isPositive();
    }

    private static String text(Random random, int[] pool) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(4); i > 0; i--) {
            text.appendCodePoint(pool[random.nextInt(pool.length)]);
        }
        return text.toString();
    }
}
