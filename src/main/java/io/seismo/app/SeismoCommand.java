package io.seismo.app;

import io.seismo.app.broker.BrokerCommand;
import io.seismo.app.cli.Errors;
import io.seismo.app.cli.GroupedHelp;
import io.seismo.app.cli.Version;
import io.seismo.app.demo.DemoCommand;
import io.seismo.app.doctor.DoctorCommand;
import io.seismo.app.doctor.TopicsCommand;
import io.seismo.app.features.FeaturesCommand;
import io.seismo.app.ingest.IngestCommand;
import io.seismo.app.init.InitCommand;
import io.seismo.app.live.RunCommand;
import io.seismo.app.replay.ReplayCommand;
import io.seismo.app.requests.RequestsCommand;
import io.seismo.app.sae.SaeCommand;
import io.seismo.app.spec.DetectorsCommand;
import io.seismo.app.spec.PlanCommand;
import io.seismo.app.spec.ReceiversCommand;
import io.seismo.app.spec.TestCommand;
import io.seismo.app.spec.ValidateCommand;
import java.io.PrintWriter;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/**
 * The command line. Processes are verbs ({@code seismo broker}); things are nouns with verbs ({@code seismo topics
 * check}): a command with subcommands is listed under "things" by itself.
 *
 * <p>Exit codes: 0 done, 1 failed or found something, 2 wrong usage. Results go to stdout, everything else to stderr.
 */
@Command(
        name = "seismo",
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        versionProvider = Version.class,
        synopsisSubcommandLabel = "COMMAND",
        description = "A seismograph for model internals: watches the features of served models and pages.",
        usageHelpAutoWidth = true,
        subcommands = {
            // One a line, sorted, so that additions do not collide.
            BrokerCommand.class,
            DemoCommand.class,
            DetectorsCommand.class,
            DoctorCommand.class,
            FeaturesCommand.class,
            IngestCommand.class,
            InitCommand.class,
            PlanCommand.class,
            ReceiversCommand.class,
            ReplayCommand.class,
            RequestsCommand.class,
            RunCommand.class,
            SaeCommand.class,
            TestCommand.class,
            TopicsCommand.class,
            ValidateCommand.class,
        })
public final class SeismoCommand implements Runnable {

    @Option(names = Errors.DEBUG, scope = ScopeType.INHERIT, description = "Show stack traces and detailed logs.")
    boolean debug;

    @Spec
    private CommandSpec spec;

    /** Runs a command line and gives its exit code: 0 done, 1 failed or found something, 2 wrong usage. */
    public static int run(String... args) {
        return commandLine(new PrintWriter(System.out, true), new PrintWriter(System.err, true))
                .execute(args);
    }

    /** The configured command line, writing to the given streams, with further commands for tests. */
    public static CommandLine commandLine(PrintWriter out, PrintWriter err, Object... more) {
        SeismoCommand root = new SeismoCommand();
        CommandLine line = new CommandLine(root);
        for (Object command : more) {
            line.addSubcommand(command);
        }
        line.setOut(out)
                .setErr(err)
                .registerConverter(Instant.class, SeismoCommand::time)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setAbbreviatedSubcommandsAllowed(false)
                .setExecutionExceptionHandler((failure, failed, parsed) -> Errors.report(failure, failed, root.debug))
                .setParameterExceptionHandler(Errors::usage);
        GroupedHelp.install(line);
        return line;
    }

    private static Instant time(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeParseException wrong) {
            throw new TypeConversionException("'" + text + "' is not a time such as 2026-11-20T14:00:00Z");
        }
    }

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }
}
