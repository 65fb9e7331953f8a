package io.seismo.app.cli;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Column;
import picocli.CommandLine.Help.TextTable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/** Lists the commands of {@code seismo} in two groups: processes, which are verbs, and things, which have verbs. */
public final class GroupedHelp {

    private static final int GAP = 4;

    private GroupedHelp() {}

    /** Replaces the command list of the root command. */
    public static void install(CommandLine root) {
        Map<String, CommandLine.IHelpSectionRenderer> sections = root.getHelpSectionMap();
        sections.put(UsageMessageSpec.SECTION_KEY_COMMAND_LIST_HEADING, help -> "");
        sections.put(UsageMessageSpec.SECTION_KEY_COMMAND_LIST, GroupedHelp::render);
        root.setHelpSectionMap(sections);
    }

    private static String render(Help help) {
        Map<String, CommandLine> commands =
                new TreeMap<>(help.commandSpec().commandLine().getSubcommands());
        commands.values()
                .removeIf(command -> command.getCommandSpec().usageMessage().hidden());
        return group(help, commands, "Processes:", command -> !isThing(command))
                + group(help, commands, "Things:", GroupedHelp::isThing);
    }

    /** What does something by itself is a process, also when it has verbs besides. */
    private static boolean isThing(CommandLine command) {
        boolean process = command.getCommandSpec().userObject() instanceof Callable;
        return !process && !command.getSubcommands().isEmpty();
    }

    private static String group(
            Help help, Map<String, CommandLine> commands, String heading, Predicate<CommandLine> chosen) {
        int name = 0;
        for (String key : commands.keySet()) {
            name = Math.max(name, key.length());
        }
        int width = help.commandSpec().usageMessage().width();
        TextTable table = TextTable.forColumns(
                help.colorScheme(),
                new Column(name + GAP, 2, Column.Overflow.SPAN),
                new Column(width - name - GAP, 2, Column.Overflow.WRAP));
        boolean any = false;
        for (Map.Entry<String, CommandLine> entry : commands.entrySet()) {
            if (chosen.test(entry.getValue())) {
                any = true;
                table.addRowValues(entry.getKey(), describe(entry.getValue()));
            }
        }
        return any ? System.lineSeparator() + heading + System.lineSeparator() + table : "";
    }

    private static String describe(CommandLine command) {
        CommandSpec spec = command.getCommandSpec();
        String[] description = spec.usageMessage().description();
        String text = description.length == 0 ? "" : description[0].replace("%n", " ");
        if (!isThing(command)) {
            return text;
        }
        return String.join(" | ", new TreeMap<>(command.getSubcommands()).keySet()) + ": " + text;
    }
}
