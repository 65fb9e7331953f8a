package io.seismo.window;

import java.util.Random;

/** Blocks for tests, from a seed or by hand. */
final class Blocks {

    private Blocks() {}

    /** A block with random content; optionally with counts near their limits. */
    static FeatureBlock features(Random random, boolean nearLimits) {
        FeatureBlock block = new FeatureBlock();
        int entries = random.nextInt(FeatureBlock.SIZE);
        for (int k = 0; k < entries; k++) {
            int feature = random.nextInt(FeatureBlock.SIZE);
            if (nearLimits && random.nextInt(3) == 0) {
                long sum = Long.MAX_VALUE - random.nextInt(1 << 20);
                block.merge(sparse(feature, -1 - random.nextInt(4), -1 - random.nextInt(4), sum, random.nextFloat()));
            } else {
                block.addToken(feature, random.nextFloat() * 10);
                block.addRequest(feature);
            }
        }
        return block;
    }

    static WatchBlock watch(Random random) {
        WatchBlock block = new WatchBlock(random.nextInt(3));
        for (int k = 0; k < 200; k++) {
            block.addClosed((float) random.nextGaussian() * 4);
            block.addTokens(random.nextInt(100), random.nextInt(10));
        }
        for (int k = 0; k < random.nextInt(9); k++) {
            block.addFired();
        }
        for (int cap = 0; cap < block.caps(); cap++) {
            block.addBreach(cap);
        }
        return block;
    }

    static FidelityBlock fidelity(Random random) {
        FidelityBlock block = new FidelityBlock();
        int rows = 1 + random.nextInt(500);
        block.addRows(rows, rows * 31L + random.nextInt(100));
        block.addRebuilt(rows, MeanSquare.of(random.nextDouble() * rows), MeanSquare.of(rows));
        return block;
    }

    /** A sparse encoding with one entry, valid or not. */
    static byte[] sparse(int feature, int tokens, int requests, long sum, float max) {
        return new StateWriter()
                .u8(1)
                .u8(1)
                .u8(1)
                .u8(0)
                .u8(feature)
                .i32(tokens)
                .i32(requests)
                .i64(sum)
                .f32(max)
                .toByteArray();
    }
}
