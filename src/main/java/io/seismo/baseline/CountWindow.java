package io.seismo.baseline;

/**
 * Requests of one watch entry in one closed window.
 *
 * @param endMs end of the window in event time, exclusive
 * @param windowMs its length
 * @param fired requests whose score crossed the entry's threshold in this window
 * @param seen requests that began in this window
 */
public record CountWindow(long endMs, long windowMs, long fired, long seen) {

    public CountWindow {
        if (windowMs < 1 || fired < 0 || seen < 0) {
            throw new IllegalArgumentException("a window needs a length and counts that are not negative");
        }
    }
}
