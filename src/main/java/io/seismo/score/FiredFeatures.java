package io.seismo.score;

import io.seismo.window.FeatureBlock;
import io.seismo.window.StateReader;
import io.seismo.window.StateWriter;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The features that fired in one sampled request, so that each counts it once: a set of at most 4,096, stored sorted.
 *
 * <p>Bits in pages of a block of features each: asking whether a feature is new is on the path of
 * every firing of every token, so it must not search, and what fires is spread thinly over a wide SAE.
 */
final class FiredFeatures {

    static final int MAX = 4_096;

    private static final int PAGE_WORDS = FeatureBlock.SIZE / Long.SIZE;

    /** By encoder, then by block; a page that nothing was asked of is null. */
    private @Nullable Page[][] pages = new Page[0][];

    private int size;

    /** Those of the features of one {@link FeatureBlock} that fired. */
    final class Page {

        private final long[] words = new long[PAGE_WORDS];

        /** Whether a feature, by its place in the block, fired before. */
        boolean has(int feature) {
            return (words[feature / Long.SIZE] & 1L << feature) != 0;
        }

        /** Adds one that the page has not; false when the set is full, and it stays unknown. */
        boolean add(int feature) {
            if (size == MAX) {
                return false;
            }
            words[feature / Long.SIZE] |= 1L << feature;
            size++;
            return true;
        }
    }

    /** The page of a block, which may be empty. */
    Page page(int encoder, int block) {
        if (encoder < pages.length && block < pages[encoder].length) {
            Page page = pages[encoder][block];
            if (page != null) {
                return page;
            }
        }
        return newPage(encoder, block);
    }

    private Page newPage(int encoder, int block) {
        if (encoder >= pages.length) {
            int before = pages.length;
            pages = Arrays.copyOf(pages, encoder + 1);
            Arrays.fill(pages, before, pages.length, new Page[0]);
        }
        if (block >= pages[encoder].length) {
            pages[encoder] = Arrays.copyOf(pages[encoder], Math.max(block + 1, 2 * pages[encoder].length));
        }
        Page page = new Page();
        pages[encoder][block] = page;
        return page;
    }

    void write(StateWriter out) {
        out.varint(size);
        long previous = 0;
        for (int encoder = 0; encoder < pages.length; encoder++) {
            for (int block = 0; block < pages[encoder].length; block++) {
                Page page = pages[encoder][block];
                for (int word = 0; page != null && word < PAGE_WORDS; word++) {
                    long first = ((long) encoder << 32) | ((long) block * FeatureBlock.SIZE + word * Long.SIZE);
                    for (long bits = page.words[word]; bits != 0; bits &= bits - 1) {
                        long key = first + Long.numberOfTrailingZeros(bits);
                        out.varint(key - previous);
                        previous = key;
                    }
                }
            }
        }
    }

    void read(StateReader in) {
        size = 0;
        pages = new Page[0][];
        long key = 0;
        for (int left = in.count(MAX); left > 0; left--) {
            key += in.varint();
            int feature = (int) key;
            page((int) (key >>> 32), feature / FeatureBlock.SIZE).add(feature % FeatureBlock.SIZE);
        }
    }
}
