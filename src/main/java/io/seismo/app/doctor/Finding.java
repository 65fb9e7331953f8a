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
record Finding(String check, Status status, String detail, String remedy) {

    /** How something stands. */
    enum Status {
        OK,
        /** Works, but not as it should in production. */
        WARN,
        /** Does not work, or breaks a promise. */
        FAIL,
        SKIPPED
    }

    static Finding ok(String check, String detail) {
        return new Finding(check, Status.OK, detail, "");
    }

    static Finding fail(String check, String detail, String remedy) {
        return new Finding(check, Status.FAIL, detail, remedy);
    }

    static Finding warn(String check, String detail, String remedy) {
        return new Finding(check, Status.WARN, detail, remedy);
    }

    /** As a line or two for people. */
    String text() {
        String head = String.format("%-7s %s: %s", status.name().toLowerCase(Locale.ROOT), check, detail);
        return remedy.isEmpty() ? head : head + System.lineSeparator() + "        " + remedy;
    }
}
