package io.seismo.spec;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whatever a text holds, it is read or refused with a place inside it, and nothing else happens. */
final class SpecFuzzTest {

    private static final String[] TOKENS = {
        "{",
        "}",
        "[",
        "]",
        ":",
        ",",
        "*",
        "&a",
        "*a",
        "!!int",
        "\"",
        "'",
        "|",
        ">",
        "-",
        "---",
        "#",
        "?",
        "%",
        "@",
        "~",
        "\t",
        "\n",
        "  ",
        "null",
        ".inf",
        "1e999",
        "-0",
        "0x10",
        "max(",
        "ema(",
        ")",
        "topics/99999999",
        "\u0000",
        "\uFEFF",
        "\uD83D\uDE00",
        "\u202E",
        "99999999999999999999",
        "100%",
        "0s",
        "999999999d",
        "<<",
        "seismo",
        "watch: {}"
    };

    @Test
    @Timeout(value = 10, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void shouldReadOrRefuseWhateverAMutationMakesOfAGoodSpec() throws IOException {
        List<String> seeds = new ArrayList<>(List.of(Specs.MINIMAL));
        SpecSchemaTest.goodFiles().forEach(file -> seeds.add(read(file)));
        Random random = new Random(20_261_122);
        int[] counts = new int[2];

        for (int i = 0; i < 2_000; i++) {
            String seed = seeds.get(i % seeds.size());
            counts[accepted(mutated(seed, 1 + random.nextInt(4), random)) ? 1 : 0]++;
        }

        assertThat(counts[0]).as("refused").isGreaterThan(200);
        assertThat(counts[1]).as("accepted").isGreaterThan(50);
    }

    @Test
    void shouldReadOrRefuseRandomBytes() {
        Random random = new Random(7);
        for (int i = 0; i < 500; i++) {
            byte[] bytes = new byte[random.nextInt(200)];
            random.nextBytes(bytes);

            assertThat(accepted(bytes)).isFalse();
        }
    }

    private static boolean accepted(byte[] yaml) {
        try {
            SpecDocument document = SpecParser.parse("fuzz.yaml", yaml);
            assertThat(document.spec().watch()).isNotEmpty();
            return true;
        } catch (SpecException e) {
            assertThat(e.problems()).isNotEmpty().allSatisfy(problem -> {
                assertThat(problem.message()).isNotBlank();
                assertThat(problem.toString()).hasSizeLessThan(2_000).doesNotContainPattern("\\p{Cntrl}");
            });
            return false;
        }
    }

    private static byte[] mutated(String seed, int times, Random random) {
        StringBuilder text = new StringBuilder(seed);
        for (int i = 0; i < times; i++) {
            int at = random.nextInt(text.length());
            int to = Math.min(text.length(), at + 1 + random.nextInt(12));
            switch (random.nextInt(6)) {
                case 0 -> text.delete(at, to);
                case 1 -> text.insert(at, TOKENS[random.nextInt(TOKENS.length)]);
                case 2 -> text.insert(at, text.substring(at, to));
                case 3 -> text.setCharAt(at, (char) random.nextInt(0x180));
                case 4 -> text.replace(at, to, TOKENS[random.nextInt(TOKENS.length)]);
                default -> text.setCharAt(at, text.charAt(random.nextInt(text.length())));
            }
        }
        return text.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
