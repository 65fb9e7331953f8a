package io.seismo.app;

import java.util.List;

/** Entry point of {@code seismo}. */
public final class Main {

    private Main() {}

    public static void main(String[] args) {
        if (List.of(args).contains(SeismoCommand.DEBUG)) {
            // Before the first logger exists; logback.xml reads it.
            System.setProperty("seismo.log.level", "DEBUG");
            System.setProperty("seismo.log.libraries", "INFO");
        }
        System.exit(SeismoCommand.run(args));
    }
}
