package io.seismo.score;

import io.seismo.window.StateReader;
import io.seismo.window.StateWriter;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The features that fired in one sampled request, so that each counts it once: a set of at most 4,096, stored sorted.
 *
 * <p>Bits in pages of 256 features that exist once one of them fired: asking whether a feature is new is on the path of
 * every firing of every token, so it must not search, and what fires is spread thinly over a wide SAE.
 */
final class FiredFeatures {

    static final int MAX = 4_096;

    private static final int PAGE_BITS = 8;
    private static final int PAGE_WORDS = (1 << PAGE_BITS) / Long.SIZE;

    /** What came of adding a feature. */
    enum Added {
        NEW,
        KNOWN,
        FULL
    }

    private int size;

    /** By encoder, then by page; a page that nothing fired in is null. */
    private long[][] @Nullable [] pages = new long[0][][];

    Added add(int encoder, int feature) {
        long @Nullable [] page = page(encoder, feature >>> PAGE_BITS);
        int word = (feature & ((1 << PAGE_BITS) - 1)) / Long.SIZE;
        long bit = 1L << feature;
        if (page != null && (page[word] & bit) != 0) {
            return Added.KNOWN;
        }
        if (size == MAX) {
            return Added.FULL;
        }
        if (page == null) {
            page = newPage(encoder, feature >>> PAGE_BITS);
        }
        page[word] |= bit;
        size++;
        return Added.NEW;
    }

    private long @Nullable [] page(int encoder, int number) {
        if (encoder >= pages.length || number >= pages[encoder].length) {
            return null;
        }
        return pages[encoder][number];
    }

    private long[] newPage(int encoder, int number) {
        if (encoder >= pages.length) {
            int before = pages.length;
            pages = Arrays.copyOf(pages, encoder + 1);
            Arrays.fill(pages, before, pages.length, new long[0][]);
        }
        if (number >= pages[encoder].length) {
            pages[encoder] = Arrays.copyOf(pages[encoder], Math.max(number + 1, 2 * pages[encoder].length));
        }
        long[] page = new long[PAGE_WORDS];
        pages[encoder][number] = page;
        return page;
    }

    void write(StateWriter out) {
        out.varint(size);
        long previous = 0;
        for (int encoder = 0; encoder < pages.length; encoder++) {
            for (int number = 0; number < pages[encoder].length; number++) {
                long @Nullable [] page = pages[encoder][number];
                for (int word = 0; page != null && word < PAGE_WORDS; word++) {
                    long first = ((long) encoder << 32) | ((long) number << PAGE_BITS) | ((long) word * Long.SIZE);
                    for (long bits = page[word]; bits != 0; bits &= bits - 1) {
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
        pages = new long[0][][];
        long key = 0;
        for (int left = in.count(MAX); left > 0; left--) {
            key += in.varint();
            add((int) (key >>> 32), (int) key);
        }
    }
}
