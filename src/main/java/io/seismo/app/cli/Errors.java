package io.seismo.app.cli;

import java.io.PrintWriter;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** How a failed command speaks: one line on stderr, a remedy if there is one, a stack trace only when asked for. */
public final class Errors {

    /** The option that shows stack traces; also read before parsing, to set the log level. */
    public static final String DEBUG = "--debug";

    private static final String HINT_OF_DEBUG = "  (" + DEBUG + " shows where)";

    private Errors() {}

    /** Reports what a command threw and gives exit code 1. */
    public static int report(Throwable thrown, CommandLine failed, boolean debug) {
        Throwable failure = unwrap(thrown);
        PrintWriter err = failed.getErr();
        err.println("seismo: " + describe(failure));
        if (failure instanceof CommandFailure known) {
            if (known.remedy() != null) {
                err.println("  " + known.remedy());
            }
        } else if (!debug) {
            err.println(HINT_OF_DEBUG);
        }
        if (debug) {
            failure.printStackTrace(err);
        }
        err.flush();
        return ExitCode.SOFTWARE;
    }

    /** Reports wrong usage in one or two lines and gives exit code 2. */
    public static int usage(ParameterException wrong, String[] args) {
        CommandLine command = wrong.getCommandLine();
        PrintWriter err = command.getErr();
        err.println("seismo: " + oneLine(String.valueOf(wrong.getMessage())));
        UnmatchedArgumentException.printSuggestions(wrong, err);
        err.println("  Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
        err.flush();
        return ExitCode.USAGE;
    }

    /** One line: the message, with the kind of failure in front when the message alone would not say it. */
    public static String describe(Throwable failure) {
        String message = failure.getMessage();
        if (message == null || message.isBlank()) {
            return failure.getClass().getSimpleName();
        }
        if (failure instanceof CommandFailure || failure instanceof IllegalArgumentException) {
            return oneLine(message);
        }
        return failure.getClass().getSimpleName() + ": " + oneLine(message);
    }

    /** What made something fail that another thread did, in words. */
    public static String cause(ExecutionException failure) {
        Throwable cause = failure.getCause();
        return String.valueOf((cause == null ? failure : cause).getMessage());
    }

    private static Throwable unwrap(Throwable thrown) {
        Throwable failure = thrown;
        while ((failure instanceof ExecutionException || failure instanceof CompletionException)
                && failure.getCause() != null) {
            failure = failure.getCause();
        }
        return failure;
    }

    private static String oneLine(String text) {
        return text.strip().replaceAll("\\s*\\R\\s*", " ");
    }
}
