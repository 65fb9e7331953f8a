package io.seismo.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FeatureBlockTest {

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void shouldAgreeWithNaiveCountsWhenFilledAtRandom(long seed) {
        Random random = new Random(seed);
        long[] tokens = new long[FeatureBlock.SIZE];
        long[] sums = new long[FeatureBlock.SIZE];
        float[] maxima = new float[FeatureBlock.SIZE];
        FeatureBlock block = new FeatureBlock();
        for (int i = 0; i < 5_000; i++) {
            int feature = random.nextInt(FeatureBlock.SIZE);
            float value = (float) random.nextGaussian() * 8;
            assertThat(block.addToken(feature, value)).isZero();
            if (value > 0) {
                tokens[feature]++;
                sums[feature] += Math.round(value * 65_536d);
                maxima[feature] = Math.max(maxima[feature], value);
            }
        }
        for (int feature = 0; feature < FeatureBlock.SIZE; feature++) {
            assertThat(block.tokens(feature)).isEqualTo(tokens[feature]);
            assertThat(block.sum(feature)).isEqualTo(sums[feature]);
            assertThat(block.max(feature)).isEqualTo(maxima[feature]);
            assertThat(block.requests(feature)).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13, 14, 15, 16})
    void shouldMergeCommutativelyAndAssociativelyWhenCountsClip(long seed) {
        Random random = new Random(seed);
        FeatureBlock a = Blocks.features(random, true);
        FeatureBlock b = Blocks.features(random, true);
        FeatureBlock c = Blocks.features(random, true);

        FeatureBlock left = copy(a);
        left.merge(b);
        left.merge(c);
        FeatureBlock right = copy(b);
        right.merge(c);
        FeatureBlock other = copy(a);
        other.merge(right);
        FeatureBlock reversed = copy(c);
        reversed.merge(b.encode());
        reversed.merge(a.encode());

        assertThat(other.bytes()).isEqualTo(left.bytes());
        assertThat(reversed.bytes()).isEqualTo(left.bytes());
        assertThat(left.bytes()).isNotEqualTo(a.bytes());
    }

    @ParameterizedTest
    @ValueSource(longs = {21, 22, 23, 24})
    void shouldDecodeWhatItEncodedWhenSparseOrDense(long seed) {
        Random random = new Random(seed);
        for (int fired = 0; fired <= FeatureBlock.SIZE; fired += 1 + random.nextInt(9)) {
            FeatureBlock block = new FeatureBlock();
            for (int feature = 0; feature < fired; feature++) {
                block.addToken(feature, 1 + random.nextFloat());
            }
            byte[] encoded = block.encode();
            assertThat(FeatureBlock.decode(encoded)).isEqualTo(block);
            assertThat(FeatureBlock.decode(encoded).encode()).isEqualTo(encoded);
            assertThat(encoded.length).isEqualTo(Math.min(4 + 21 * fired, FeatureBlock.DENSE_BYTES));
        }
    }

    @Test
    void shouldGiveEqualBytesWhenContentIsEqual() {
        FeatureBlock one = new FeatureBlock();
        FeatureBlock two = new FeatureBlock();
        one.addToken(3, 1.5f);
        one.addRequest(200);
        two.addRequest(200);
        two.addToken(3, 1.5f);
        assertThat(one.encode()).isEqualTo(two.encode());
        two.addRequest(200);
        assertThat(one.encode()).isNotEqualTo(two.encode());
    }

    @Test
    void shouldClipAndSayHowOftenWhenSumsAreFull() {
        FeatureBlock full = FeatureBlock.decode(Blocks.sparse(7, -1, -1, Long.MAX_VALUE, 2f));
        assertThat(full.addToken(7, 1f)).isEqualTo(2);
        assertThat(full.addRequest(7)).isEqualTo(1);
        assertThat(full.merge(copy(full))).isEqualTo(3);
        assertThat(full.tokens(7)).isEqualTo(0xffff_ffffL);
        assertThat(full.requests(7)).isEqualTo(0xffff_ffffL);
        assertThat(full.sum(7)).isEqualTo(Long.MAX_VALUE);
        FeatureBlock nearly = FeatureBlock.decode(Blocks.sparse(7, -2, 0, Long.MAX_VALUE - 65_536, 2f));
        assertThat(nearly.addToken(7, 1f)).isZero();
        assertThat(nearly.addToken(7, 1f)).isEqualTo(2);
    }

    @Test
    void shouldRoundHalfUpWhenASumFallsBetweenUnits() {
        assertThat(FixedPoint.of(1.5f / 65_536)).isEqualTo(2);
        assertThat(FixedPoint.of(0.5f / 65_536)).isEqualTo(1);
        assertThat(FixedPoint.of(0.499f / 65_536)).isZero();
        assertThat(FixedPoint.of(-3f)).isZero();
        assertThat(FixedPoint.of(Float.NaN)).isZero();
        assertThat(FixedPoint.of(Float.POSITIVE_INFINITY)).isEqualTo(Long.MAX_VALUE);
        assertThat(FixedPoint.toDouble(FixedPoint.of(3.25f))).isEqualTo(3.25);
    }

    @Test
    void shouldRefuseBytesWhenTheyAreNotCanonical() {
        byte[] good = Blocks.sparse(7, 1, 0, 5, 2f);
        assertThat(FeatureBlock.decode(good).tokens(7)).isEqualTo(1);
        refuses(new byte[0]);
        refuses(new byte[] {2, 1, 0, 0});
        refuses(new byte[] {1, 2, 0, 0});
        refuses(new byte[] {1, 1, 1, 0});
        refuses(new byte[] {1, 1, (byte) 0xff, (byte) 0xff});
        refuses(java.util.Arrays.copyOf(good, good.length + 1));
        refuses(Blocks.sparse(7, 0, 0, 0, 0f));
        refuses(Blocks.sparse(7, 1, 0, -5, 2f));
        refuses(Blocks.sparse(7, 1, 0, 5, -2f));
        refuses(Blocks.sparse(7, 1, 0, 5, -0f));
        refuses(Blocks.sparse(7, 1, 0, 5, Float.NaN));
        refuses(new FeatureBlock().bytes());
        byte[] twice = java.util.Arrays.copyOf(good, 4 + 42);
        twice[2] = 2;
        System.arraycopy(good, 4, twice, 25, 21);
        refuses(twice);
    }

    private static void refuses(byte[] bytes) {
        assertThatIllegalArgumentException().isThrownBy(() -> FeatureBlock.decode(bytes));
    }

    private static FeatureBlock copy(FeatureBlock block) {
        return FeatureBlock.wrap(block.bytes().clone());
    }
}
