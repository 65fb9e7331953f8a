package io.seismo.app.doctor;

import java.util.Locale;

/**
 * What a check found.
 *
 * @param check what was looked at
 * @param status how it stands
 * @param detail one sentence
 * @param remedy what to do; empty when nothing
 */
public record Finding(String check, Status status, String detail, String remedy) {

    /** How something stands. */
    public enum Status {
        OK,
        /** Works, but not as it should in production. */
        WARN,
        /** Does not work, or breaks a promise. */
        FAIL,
        SKIPPED
    }

    /** All is well. */
    public static Finding ok(String check, String detail) {
        return new Finding(check, Status.OK, detail, "");
    }

    /** It does not work, or breaks a promise. */
    public static Finding fail(String check, String detail, String remedy) {
        return new Finding(check, Status.FAIL, detail, remedy);
    }

    /** It works, but not as it should. */
    public static Finding warn(String check, String detail, String remedy) {
        return new Finding(check, Status.WARN, detail, remedy);
    }

    /** As a line or two for people. */
    public String text() {
        String head = String.format("%-7s %s: %s", status.name().toLowerCase(Locale.ROOT), check, detail);
        return remedy.isEmpty() ? head : head + System.lineSeparator() + "        " + remedy;
    }
}
