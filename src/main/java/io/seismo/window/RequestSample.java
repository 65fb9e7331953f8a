package io.seismo.window;

/**
 * The share of requests that a full graph encodes: chosen by a hash of the request id alone, never by load, so that
 * every instance, every replay and every frame of a request decides alike. A smaller share is a subset of a larger one.
 *
 * @param fraction share of requests, 0..1
 */
public record RequestSample(double fraction) {

    public RequestSample {
        if (!(fraction >= 0 && fraction <= 1)) {
            throw new IllegalArgumentException("share of requests must lie in 0..1, not " + fraction);
        }
    }

    /** Whether the request is in the sample. */
    public boolean includes(String requestId) {
        return position(requestId) < fraction;
    }

    /** Where in [0, 1) a request lies: the top 53 bits of its mixed FNV-1a 64. */
    public static double position(String requestId) {
        return (Fnv.mix64(Fnv.hash64(requestId)) >>> 11) * 0x1p-53;
    }
}
