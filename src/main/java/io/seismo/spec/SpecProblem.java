package io.seismo.spec;

/**
 * One thing that is wrong with a spec.
 *
 * @param file name the text was handed in under
 * @param place line and column, from 1
 * @param path keys from the root, such as {@code watch.phishing.read}; empty for the whole text
 * @param found what is there; empty when something is missing
 * @param message what is wrong with it
 * @param remedy what to write instead: allowed values, the nearest name; may be empty
 */
public record SpecProblem(String file, Place place, String path, String found, String message, String remedy) {

    /** As a compiler prints it: {@code file:line:column: path: message; remedy}. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(file).append(':').append(place).append(": ");
        if (!path.isEmpty()) {
            text.append(path).append(": ");
        }
        text.append(message);
        if (!remedy.isEmpty()) {
            text.append("; ").append(remedy);
        }
        return text.toString();
    }
}
