package io.seismo.replay;

import static org.assertj.core.api.Assertions.assertThat;

import io.seismo.window.FidelityBlock;
import org.junit.jupiter.api.Test;

class BlockWordsTest {

    @Test
    void shouldNameTheFirstSumInWhichTwoFidelityBlocksDiffer() {
        assertThat(BlockWords.difference("e/topics", block(700), block(701)))
                .isEqualTo(": errors in 2^-24 700 live, 701 in the replay");
        assertThat(BlockWords.difference("e/topics", block(700), null)).isEqualTo(": rows 2 live, 0 in the replay");
        assertThat(BlockWords.difference("e/topics", null, new FidelityBlock().encode()))
                .isEqualTo(": there on one side only");
        assertThat(BlockWords.difference("e/topics", block(700), block(700))).isNull();
    }

    private static byte[] block(long error) {
        FidelityBlock block = new FidelityBlock();
        block.addRows(2, 3);
        block.addRebuilt(2, error, 900);
        return block.encode();
    }
}
