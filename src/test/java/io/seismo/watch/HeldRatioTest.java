package io.seismo.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.seismo.window.Digests;
import io.seismo.wire.VerdictCore;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class HeldRatioTest {

    private static final String VERSION_1 =
            "01020000000000000840000000000000204000000000000014400000000000002a400000000000"
                    + "0041403e000000000000000500000000000000070a056472696674";

    private final HeldRatio held = HeldRatio.judged(
                    VerdictCore.newBuilder().setDetector("drift").build())
            .plus(1, 3, 31, 3)
            .plus(2, 5, 31, 2);

    @Test
    void shouldGiveAndReadTheGoldenBytesOfVersionOne() {
        assertThat(Digests.hex(held.toBytes())).isEqualTo(VERSION_1);
        assertThat(HeldRatio.fromBytes(HexFormat.of().parseHex(VERSION_1))).isEqualTo(held);
        assertThat(HeldRatio.fromBytes(HeldRatio.EMPTY.toBytes())).isEqualTo(HeldRatio.EMPTY);
    }

    @Test
    void shouldRefuseAnotherVersionAndBytesCutShort() {
        byte[] newer = held.toBytes();
        newer[0] = 2;
        assertThatIllegalArgumentException().isThrownBy(() -> HeldRatio.fromBytes(newer));
        byte[] cut = Arrays.copyOf(held.toBytes(), 40);
        assertThatIllegalArgumentException().isThrownBy(() -> HeldRatio.fromBytes(cut));
    }
}
