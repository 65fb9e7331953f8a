package io.seismo.spec;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Looks up what a plan needs to know about weights, by the location a spec gives. */
@FunctionalInterface
public interface EncoderCatalog {

    /**
     * The facts of the weights at a location.
     *
     * @param location as written in the spec
     * @throws UnknownEncoderException when there are none there, or they cannot be read
     */
    EncoderFacts facts(String location) throws UnknownEncoderException;

    /**
     * Whether the weights at a location hold a decoder back to the rows they read. Asked only where something is to be
     * reconstructed; what was planned once is taken on its word.
     */
    default boolean decodes(String location) {
        return true;
    }

    /** Exactly these, without touching a file. */
    static EncoderCatalog of(Map<String, EncoderFacts> known) {
        SortedMap<String, EncoderFacts> sorted = new TreeMap<>(known);
        return location -> {
            EncoderFacts facts = sorted.get(location);
            if (facts == null) {
                throw new UnknownEncoderException(
                        "no weights at " + Words.quoted(location), Words.allowed(location, sorted.keySet()));
            }
            return facts;
        };
    }

    /** A location holds no weights that can be read; carries what to do about it. */
    final class UnknownEncoderException extends Exception {

        private static final long serialVersionUID = 1L;

        private final String remedy;

        /**
         * @param message what is wrong, one line
         * @param remedy what to do about it, one line; may be empty
         */
        public UnknownEncoderException(String message, String remedy) {
            super(message);
            this.remedy = remedy;
        }

        /** What to do about it; may be empty. */
        public String remedy() {
            return remedy;
        }
    }
}
