package io.seismo.window;

import java.nio.charset.StandardCharsets;

/**
 * FNV-1a, for partitioning and sampling; never for integrity.
 *
 * <p>Source: Fowler, Noll, Vo, "The FNV Non-Cryptographic Hash Algorithm" (IETF draft-eastlake-fnv): for each byte
 * {@code h = (h xor byte) * prime}.
 */
public final class Fnv {

    private static final int OFFSET_32 = 0x811c9dc5;
    private static final int PRIME_32 = 0x01000193;
    private static final long OFFSET_64 = 0xcbf29ce484222325L;
    private static final long PRIME_64 = 0x00000100000001b3L;

    private Fnv() {}

    /** 32-bit hash of the text's UTF-8 bytes. */
    public static int hash32(String text) {
        int hash = OFFSET_32;
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (b & 0xff)) * PRIME_32;
        }
        return hash;
    }

    /** 64-bit hash of the text's UTF-8 bytes. */
    public static long hash64(String text) {
        long hash = OFFSET_64;
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (b & 0xff)) * PRIME_64;
        }
        return hash;
    }

    /**
     * Spreads a hash over all 64 bits, so that its top bits may be compared with a fraction: FNV alone leaves the top
     * bits of short texts poorly mixed. The finaliser of MurmurHash3 (Appleby, public domain).
     */
    public static long mix64(long hash) {
        long h = hash;
        h = (h ^ (h >>> 33)) * 0xff51afd7ed558ccdL;
        h = (h ^ (h >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return h ^ (h >>> 33);
    }
}
