package io.seismo.window;

import java.util.Comparator;

/**
 * Names a block within a pane, and decides which watch partition owns it.
 *
 * <table>
 * <caption>Texts</caption>
 * <tr><td>{@code w/<watch>}</td><td>a {@link WatchBlock}</td></tr>
 * <tr><td>{@code f/<encoder>/<block, 6 digits>}</td><td>a {@link FeatureBlock}</td></tr>
 * <tr><td>{@code e/<encoder>}</td><td>a {@link FidelityBlock}</td></tr>
 * <tr><td>{@code s/<detector>}</td><td>no block of its own: where a source-based detector lives</td></tr>
 * </table>
 */
public sealed interface BlockKey {

    /** Orders texts as their UTF-8 bytes do, which is the order of stores and digests. */
    Comparator<String> ORDER = BlockKey::compareUtf8;

    /** Largest number of a feature block: six digits. */
    int MAX_BLOCK = 999_999;

    /** The key as stored and sent. */
    String text();

    /** The watch partition, in [0, watchPartitions). */
    default int partition(int watchPartitions) {
        return partition(text(), watchPartitions);
    }

    /** The block of a watch entry. */
    record Watch(String watch) implements BlockKey {
        public Watch {
            requireName(watch);
        }

        @Override
        public String text() {
            return "w/" + watch;
        }
    }

    /**
     * Features {@code block * 256} to {@code block * 256 + 255} of an encoder.
     *
     * @param block 0 to {@link #MAX_BLOCK}
     */
    record Features(String encoder, int block) implements BlockKey {
        public Features {
            requireName(encoder);
            if (block < 0 || block > MAX_BLOCK) {
                throw new IllegalArgumentException("block " + block + " is outside 0.." + MAX_BLOCK);
            }
        }

        @Override
        public String text() {
            String digits = Integer.toString(block);
            return "f/" + encoder + "/" + "000000".substring(digits.length()) + digits;
        }
    }

    /** How well an encoder describes its rows. */
    record Fidelity(String encoder) implements BlockKey {
        public Fidelity {
            requireName(encoder);
        }

        @Override
        public String text() {
            return "e/" + encoder;
        }
    }

    /** Home of a detector that reads sources instead of blocks. */
    record Source(String detector) implements BlockKey {
        public Source {
            requireName(detector);
        }

        @Override
        public String text() {
            return "s/" + detector;
        }
    }

    /** The key with that text. */
    static BlockKey parse(String text) {
        if (text.startsWith("w/")) {
            return new Watch(text.substring(2));
        }
        if (text.startsWith("s/")) {
            return new Source(text.substring(2));
        }
        if (text.startsWith("e/")) {
            return new Fidelity(text.substring(2));
        }
        if (text.startsWith("f/")) {
            int slash = text.lastIndexOf('/');
            if (slash > 2 && text.length() - slash == 7) {
                return new Features(text.substring(2, slash), sixDigits(text, slash + 1));
            }
        }
        throw new IllegalArgumentException("not a block key: needs w/…, e/…, s/… or f/…/dddddd");
    }

    /** The watch partition of a key: FNV-1a 32 modulo the number of watch partitions. */
    static int partition(String key, int watchPartitions) {
        return Math.floorMod(Fnv.hash32(key), watchPartitions);
    }

    private static int sixDigits(String text, int from) {
        int value = 0;
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                throw new IllegalArgumentException("a feature block's number has six digits");
            }
            value = value * 10 + (c - '0');
        }
        return value;
    }

    private static void requireName(String name) {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("a block key needs a name");
        }
    }

    private static int compareUtf8(String a, String b) {
        int length = Math.min(a.length(), b.length());
        for (int i = 0; i < length; i++) {
            char x = a.charAt(i);
            char y = b.charAt(i);
            if (x != y) {
                // UTF-16 sorts surrogates below U+E000; as UTF-8 they belong above the whole basic plane.
                boolean surrogate = Character.isSurrogate(x);
                return surrogate == Character.isSurrogate(y) ? Character.compare(x, y) : surrogate ? 1 : -1;
            }
        }
        return Integer.compare(a.length(), b.length());
    }
}
