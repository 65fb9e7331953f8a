package io.seismo.notify;

/**
 * Where notices go. Called by one thread of its own, one notice at a time; may block up to its deadline, must not throw
 * for what the other side does.
 */
public interface Receiver extends AutoCloseable {

    /** Tries once. */
    Outcome deliver(Notice notice);

    @Override
    default void close() {}
}
