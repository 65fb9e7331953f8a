package io.seismo.score;

/** Where a state machine writes what it must find again after a restart. */
public interface Journal {

    /** Keeps nothing: for a machine that will never start again, such as a replay's. */
    Journal NONE = new Journal() {
        @Override
        public void put(String key, byte[] value) {
            // What the machine holds in memory is all it needs.
        }

        @Override
        public void remove(String key) {
            // See put.
        }
    };

    /** Keeps a value. The array may be reused by the caller and put again; the last content put counts. */
    void put(String key, byte[] value);

    /** Forgets a value; a key that is not there is fine. */
    void remove(String key);
}
