package io.seismo.score;

import io.seismo.window.StateReader;
import io.seismo.window.StateWriter;
import java.util.Arrays;

/** The features that fired in one sampled request, so that each counts it once: a sorted set of at most 4,096. */
final class FiredFeatures {

    static final int MAX = 4_096;

    /** What came of adding a feature. */
    enum Added {
        NEW,
        KNOWN,
        FULL
    }

    private int size;
    private long[] keys = new long[0];

    Added add(int encoder, int feature) {
        long key = (long) encoder << 32 | feature;
        int at = Arrays.binarySearch(keys, 0, size, key);
        if (at >= 0) {
            return Added.KNOWN;
        }
        if (size == MAX) {
            return Added.FULL;
        }
        if (size == keys.length) {
            keys = Arrays.copyOf(keys, Math.max(16, size * 2));
        }
        at = -at - 1;
        System.arraycopy(keys, at, keys, at + 1, size - at);
        keys[at] = key;
        size++;
        return Added.NEW;
    }

    void write(StateWriter out) {
        out.varint(size);
        long previous = 0;
        for (int i = 0; i < size; i++) {
            out.varint(keys[i] - previous);
            previous = keys[i];
        }
    }

    void read(StateReader in) {
        size = in.count(MAX);
        keys = new long[size];
        long previous = 0;
        for (int i = 0; i < size; i++) {
            previous += in.varint();
            keys[i] = previous;
        }
    }
}
