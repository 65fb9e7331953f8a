package io.seismo.spec;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Looks up what a plan needs to know about weights and recordings, by the location a spec gives. */
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
     * The facts of the recorded rows at a location.
     *
     * @param location as written in the spec
     * @throws UnknownEncoderException when there are none there, or they cannot be read
     */
    default CanaryFacts canary(String location) throws UnknownEncoderException {
        throw new UnknownEncoderException("no recorded rows at " + Words.quoted(location), "");
    }

    /**
     * Whether the weights at a location hold a decoder back to the rows they read. Asked only where something is to be
     * reconstructed; what was planned once is taken on its word.
     */
    default boolean decodes(String location) {
        return true;
    }

    /** Exactly these, without touching a file. */
    static EncoderCatalog of(Map<String, EncoderFacts> known) {
        return of(known, Map.of());
    }

    /** Exactly these weights and recordings, without touching a file. */
    static EncoderCatalog of(Map<String, EncoderFacts> known, Map<String, CanaryFacts> recordings) {
        SortedMap<String, EncoderFacts> weights = new TreeMap<>(known);
        SortedMap<String, CanaryFacts> recorded = new TreeMap<>(recordings);
        return new EncoderCatalog() {
            @Override
            public EncoderFacts facts(String location) throws UnknownEncoderException {
                return among(weights, "weights", location);
            }

            @Override
            public CanaryFacts canary(String location) throws UnknownEncoderException {
                return among(recorded, "recorded rows", location);
            }
        };
    }

    private static <T> T among(SortedMap<String, T> known, String what, String location)
            throws UnknownEncoderException {
        T found = known.get(location);
        if (found == null) {
            throw new UnknownEncoderException(
                    "no " + what + " at " + Words.quoted(location), Words.allowed(location, known.keySet()));
        }
        return found;
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
