package io.seismo.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WatchBlockTest {

    @Test
    void shouldCountEverythingApartWhenFilled() {
        WatchBlock block = new WatchBlock(2);
        block.addFired();
        block.addTokens(10, 3);
        block.addClosed(2.5f);
        block.addClosed(-1f);
        block.addBreach(1);

        assertThat(block.fired()).isEqualTo(1);
        assertThat(block.closed()).isEqualTo(2);
        assertThat(block.tokens()).isEqualTo(10);
        assertThat(block.tokensAbove()).isEqualTo(3);
        assertThat(block.sum()).isEqualTo(FixedPoint.of(2.5f));
        assertThat(block.max()).isEqualTo(2.5f);
        assertThat(block.bucket(0)).isEqualTo(1);
        assertThat(block.bucket(LogBuckets.of(2.5f))).isEqualTo(1);
        assertThat(block.breaches(0)).isZero();
        assertThat(block.breaches(1)).isEqualTo(1);
        assertThatIllegalArgumentException().isThrownBy(() -> block.addBreach(2));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void shouldMergeCommutativelyAndAssociativelyWhenCountsClip(long seed) {
        Random random = new Random(seed);
        WatchBlock a = nearLimits(Blocks.watch(random), random);
        WatchBlock b = nearLimits(Blocks.watch(random), random);
        WatchBlock c = Blocks.watch(random);

        WatchBlock left = WatchBlock.decode(a.encode());
        left.merge(b);
        left.merge(c);
        WatchBlock inner = WatchBlock.decode(c.encode());
        inner.merge(b);
        WatchBlock right = WatchBlock.decode(inner.encode());
        right.merge(a);

        assertThat(right.encode()).isEqualTo(left.encode());
        assertThat(left.caps()).isEqualTo(Math.max(a.caps(), Math.max(b.caps(), c.caps())));
        assertThat(WatchBlock.decode(left.encode())).isEqualTo(left);
    }

    @Test
    void shouldSayHowManySumsClippedWhenFull() {
        byte[] bytes = new WatchBlock(1).bytes();
        Arrays.fill(bytes, 2, 42, (byte) 0xff);
        for (int at = 9; at < 42; at += 8) {
            bytes[at] = 0x7f;
        }
        Arrays.fill(bytes, 46, bytes.length, (byte) 0xff);
        WatchBlock full = WatchBlock.wrap(bytes);
        assertThat(full.addFired()).isEqualTo(1);
        assertThat(full.addTokens(1, 0)).isEqualTo(1);
        assertThat(full.addClosed(1f)).isEqualTo(3);
        assertThat(full.addBreach(0)).isEqualTo(1);
        assertThat(full.fired()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void shouldRefuseBytesWhenVersionLengthOrSignIsWrong() {
        byte[] good = Blocks.watch(new Random(5)).encode();
        assertThat(WatchBlock.decode(good).encode()).isEqualTo(good);
        refuses(new byte[3]);
        refuses(Arrays.copyOf(good, good.length + 4));
        refuses(with(good, 0, 2));
        refuses(with(good, 1, 77));
        refuses(with(good, 9, 0x80));
        refuses(with(good, 45, 0x80));
    }

    @Test
    void shouldPutEveryScoreBetweenTheBoundsOfItsBucket() {
        Random random = new Random(9);
        for (int i = 0; i < 20_000; i++) {
            float score = Float.intBitsToFloat(random.nextInt(0x7f80_0000));
            int bucket = LogBuckets.of(score);
            if (bucket > 0) {
                assertThat(score).isGreaterThanOrEqualTo(LogBuckets.lowerBound(bucket));
            }
            if (bucket < LogBuckets.COUNT - 1) {
                assertThat(score).isLessThan(LogBuckets.lowerBound(bucket + 1));
            }
        }
        assertThat(LogBuckets.of(-4f)).isZero();
        assertThat(LogBuckets.of(Float.NaN)).isZero();
        assertThat(LogBuckets.lowerBound(24)).isEqualTo(1f);
        assertThat(LogBuckets.lowerBound(25)).isEqualTo(1.25f);
    }

    private static WatchBlock nearLimits(WatchBlock block, Random random) {
        byte[] bytes = block.encode();
        for (int at = 2; at < 42; at += 8) {
            if (random.nextBoolean()) {
                Arrays.fill(bytes, at + 1, at + 7, (byte) 0xff);
                bytes[at + 7] = 0x7f;
            }
        }
        return WatchBlock.wrap(bytes);
    }

    private static byte[] with(byte[] bytes, int at, int value) {
        byte[] copy = bytes.clone();
        copy[at] = (byte) value;
        return copy;
    }

    private static void refuses(byte[] bytes) {
        assertThatIllegalArgumentException().isThrownBy(() -> WatchBlock.decode(bytes));
    }
}
