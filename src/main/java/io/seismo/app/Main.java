package io.seismo.app;

/** Entry point of {@code seismo}. */
public final class Main {

    private Main() {}

    public static void main(String[] args) {
        System.exit(SeismoCommand.run(args));
    }
}
