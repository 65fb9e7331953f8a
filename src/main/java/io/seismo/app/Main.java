package io.seismo.app;

import io.seismo.app.cli.Errors;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Entry point of {@code seismo}. */
public final class Main {

    private Main() {}

    public static void main(String[] args) {
        if (List.of(args).contains(Errors.DEBUG)) {
            // Before the first logger exists; logback.xml reads it.
            System.setProperty("seismo.log.level", "DEBUG");
            System.setProperty("seismo.log.libraries", "INFO");
        }
        // DJL asks a cloud metadata service who it is unless told not to, before any code of ours loads it.
        System.setProperty("OPT_OUT_TRACKING", "true");
        // Words and pictures are UTF-8 wherever they go, also where the locale is C.
        System.setOut(new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8));
        System.exit(SeismoCommand.run(args));
    }
}
