package io.seismo.notify;

import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * Waiting times between attempts: doubling from one second to five minutes, each shortened by up to a half. The
 * shortening is a hash of key and attempt, so that many notices do not come back at once and a test knows when they do.
 */
final class Backoff {

    static final long FIRST_MS = 1_000;
    static final long MAX_MS = 300_000;
    private static final int MAX_DOUBLINGS = 9;

    private Backoff() {}

    /** How long to wait after the given attempt, counted from 1. */
    static long afterMs(String key, int attempt) {
        long full = Math.min(MAX_MS, FIRST_MS << Math.min(attempt - 1, MAX_DOUBLINGS));
        CRC32C hash = new CRC32C();
        hash.update((key + '#' + attempt).getBytes(StandardCharsets.UTF_8));
        double share = (hash.getValue() & 0xFFFF) / 65_536.0;
        return full - (long) (full / 2.0 * share);
    }
}
