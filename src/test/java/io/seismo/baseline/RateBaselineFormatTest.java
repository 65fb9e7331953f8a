package io.seismo.baseline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class RateBaselineFormatTest {

    private static final long MINUTE = 60_000;
    private static final RatePolicy POLICY = new RatePolicy(MINUTE, 30 * MINUTE, 1_000, 60 * MINUTE, 0.01);

    @Test
    void shouldWriteTheGoldenBytesWhenVersionIsOne() throws IOException {
        assertThat(HexFormat.of().formatHex(RateBaselineFormat.write(learned(200))))
                .isEqualTo(golden());
    }

    @Test
    void shouldReadTheGoldenBytesWhenVersionIsOne() throws IOException {
        RateBaseline read = RateBaselineFormat.read(POLICY, HexFormat.of().parseHex(golden()));
        assertThat(read.warm()).isTrue();
        assertThat(read.rate()).isEqualTo(learned(200).rate());
        assertThat(read.reference()).isEqualTo(learned(200).reference());
    }

    @Test
    void shouldGoOnAlikeWhenRestoredAtAnyWindow() {
        for (int cut : new int[] {0, 1, 29, 95, 150}) {
            RateBaseline whole = learned(cut);
            RateBaseline restored = RateBaselineFormat.read(POLICY, RateBaselineFormat.write(whole));
            extend(whole, cut, 300);
            extend(restored, cut, 300);
            assertThat(RateBaselineFormat.write(restored)).isEqualTo(RateBaselineFormat.write(whole));
        }
    }

    @Test
    void shouldRefuseWhenBytesAreNotABaseline() {
        byte[] bytes = RateBaselineFormat.write(learned(200));
        byte[] other = bytes.clone();
        other[0] = 2;
        assertThatThrownBy(() -> RateBaselineFormat.read(POLICY, other)).hasMessageContaining("version 1");
        for (int length = 0; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> RateBaselineFormat.read(POLICY, cut)).isInstanceOf(IllegalArgumentException.class);
        }
        byte[] longer = Arrays.copyOf(bytes, bytes.length + 1);
        assertThatThrownBy(() -> RateBaselineFormat.read(POLICY, longer)).hasMessageContaining("too long");
    }

    private static RateBaseline learned(int windows) {
        RateBaseline baseline = RateBaseline.cold(POLICY);
        extend(baseline, 0, windows);
        return baseline;
    }

    private static void extend(RateBaseline baseline, int from, int to) {
        for (int i = from; i < to; i++) {
            baseline.observe(new CountWindow((i + 1) * MINUTE, MINUTE, i % 7 == 0 ? 2 : 0, 40 + i % 5), i % 50 != 3);
        }
    }

    private static String golden() throws IOException {
        try (InputStream in = Objects.requireNonNull(
                RateBaselineFormatTest.class.getResourceAsStream("/state/v1/rate-baseline.hex"))) {
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII).replaceAll("\\s", "");
        }
    }
}
