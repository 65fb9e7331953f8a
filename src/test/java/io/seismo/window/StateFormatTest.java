package io.seismo.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StateFormatTest {

    @Test
    void shouldReadBackWhatWasWritten() {
        byte[] bytes = new StateWriter()
                .u8(1)
                .i32(-5)
                .i64(Long.MIN_VALUE)
                .f32(1.5f)
                .f64(-2.25)
                .varint(300)
                .varint(-1)
                .text("naïve ☂")
                .toByteArray();
        StateReader in = new StateReader(bytes, "sample").version(1);
        assertThat(in.i32()).isEqualTo(-5);
        assertThat(in.i64()).isEqualTo(Long.MIN_VALUE);
        assertThat(in.f32()).isEqualTo(1.5f);
        assertThat(in.f64()).isEqualTo(-2.25);
        assertThat(in.varint()).isEqualTo(300);
        assertThat(in.varint()).isEqualTo(-1);
        assertThat(in.text()).isEqualTo("naïve ☂");
        in.end();
    }

    @Test
    void shouldRefuseBytesWhenCutShortOrLeftOverOrHostile() {
        byte[] bytes = new StateWriter().u8(1).text("abc").toByteArray();
        for (int length = 1; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new StateReader(cut, "sample").version(1).text())
                    .withMessageContaining("sample");
        }
        assertThatIllegalArgumentException().isThrownBy(() -> new StateReader(bytes, "sample").end());
        assertThatIllegalArgumentException().isThrownBy(() -> new StateReader(bytes, "sample").version(2));
        byte[] huge = new StateWriter().varint(Integer.MAX_VALUE).toByteArray();
        assertThatIllegalArgumentException().isThrownBy(() -> new StateReader(huge, "sample").text());
        byte[] bad = new StateWriter().bytes(new byte[] {(byte) 0xff}).toByteArray();
        assertThatIllegalArgumentException().isThrownBy(() -> new StateReader(bad, "sample").text());
    }

    @Test
    void shouldGiveTheGoldenBytesOfVersionOne() throws IOException {
        assertThat(Digests.hex(Blocks.features(new Random(42), true).encode())).isEqualTo(golden("feature-block.hex"));
        assertThat(Digests.hex(Blocks.sparse(7, 3, 2, 65_536, 1.5f))).isEqualTo(golden("feature-block-sparse.hex"));
        assertThat(Digests.hex(Blocks.watch(new Random(42)).encode())).isEqualTo(golden("watch-block.hex"));
        assertThat(Digests.hex(Blocks.fidelity(new Random(42)).encode())).isEqualTo(golden("fidelity-block.hex"));
    }

    @Test
    void shouldReadTheGoldenBytesOfVersionOne() throws IOException {
        FeatureBlock sparse = FeatureBlock.decode(bytes("feature-block-sparse.hex"));
        assertThat(sparse.tokens(7)).isEqualTo(3);
        assertThat(sparse.requests(7)).isEqualTo(2);
        assertThat(sparse.sum(7)).isEqualTo(65_536);
        assertThat(sparse.max(7)).isEqualTo(1.5f);
        assertThat(FeatureBlock.decode(bytes("feature-block.hex"))).isEqualTo(Blocks.features(new Random(42), true));
        assertThat(WatchBlock.decode(bytes("watch-block.hex"))).isEqualTo(Blocks.watch(new Random(42)));
        assertThat(FidelityBlock.decode(bytes("fidelity-block.hex"))).isEqualTo(Blocks.fidelity(new Random(42)));
    }

    @Test
    void shouldDigestPartsUnambiguously() {
        var one = Digests.sha256();
        Digests.addText(one, "ab");
        Digests.addText(one, "c");
        var two = Digests.sha256();
        Digests.addText(two, "a");
        Digests.addText(two, "bc");
        assertThat(one.digest()).isNotEqualTo(two.digest());
        assertThat(Digests.hexOf("abc")).startsWith("ba7816bf8f01cfea");
        assertThat(Digests.prefix64("abc".getBytes(StandardCharsets.UTF_8))).isEqualTo(0xba7816bf8f01cfeaL);
    }

    private static byte[] bytes(String name) throws IOException {
        return java.util.HexFormat.of().parseHex(golden(name));
    }

    private static String golden(String name) throws IOException {
        try (var in = StateFormatTest.class.getResourceAsStream("/state/v1/" + name)) {
            assertThat(in).as(name).isNotNull();
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).replaceAll("\\s", "");
        }
    }
}
