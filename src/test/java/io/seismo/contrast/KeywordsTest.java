package io.seismo.contrast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeywordsTest {

    @TempDir
    private Path dir;

    @Test
    void shouldCountWholeWordsAndBeginnings() {
        Keywords words = new Keywords(List.of("pin", "sign-in", "pass*"));
        assertThat(words.count("Your PIN, please; sign - in with a passphrase")).isEqualTo(3);
        assertThat(words.count("pins and spin, designing, compass")).isZero();
        assertThat(words.count("")).isZero();
        assertThat(words.count("pin")).isEqualTo(1);
    }

    @Test
    void shouldReadWordsAndRefuseNone() throws IOException {
        Path file = Files.writeString(dir.resolve("w.txt"), "# words\n\nPassword*\n  pin \n*\n");
        assertThat(Keywords.read(file).size()).isEqualTo(2);
        assertThatThrownBy(() -> Keywords.read(Files.writeString(file, "# none\n")))
                .hasMessageContaining("0 keywords");
        assertThatThrownBy(() -> Keywords.read(Files.write(file, new byte[] {(byte) 0xff, 10})))
                .hasMessageContaining("UTF-8");
        assertThatThrownBy(() -> Keywords.read(dir.resolve("no"))).hasMessageContaining("no");
    }

    @Test
    void shouldPutWordsTogetherWhateverTheTokenizerMarks() {
        assertThat(text("log", "##in", "page", ".")).isEqualTo(" login page .");
        assertThat(text("Log", "in", "Ġpage", "s", ".")).startsWith(" Log in pages.");
        assertThat(text("▁log", "in", "▁page")).isEqualTo(" login page");
    }

    private static String text(String... tokens) {
        TokenText text = new TokenText();
        text.add(List.of(tokens));
        return text.toString();
    }
}
