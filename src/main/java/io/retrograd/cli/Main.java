package io.retrograd.cli;

import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/** Entry point of the command line, {@code retrograd COMMAND ...}. */
@Command(
        name = "retrograd",
        description = "Trains convolutional networks, with gradients you can trust.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        subcommands = {
            TrainCommand.class,
            GradcheckCommand.class,
            ParityCommand.class,
            WalkthroughCommand.class,
            GradflowCommand.class,
            SummaryCommand.class,
            BenchCommand.class,
            DevicesCommand.class,
            DoctorCommand.class,
            CommandLine.HelpCommand.class
        })
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        System.exit(run(args));
    }

    /** Runs a command and returns its exit code. */
    static int run(String... args) {
        CommandLine line = new CommandLine(new Main());
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setUsageHelpAutoWidth(true);
        line.setExpandAtFiles(false);
        line.setParameterExceptionHandler(Main::misused);
        line.setExecutionExceptionHandler((e, command, parsed) -> failed(e, command));
        line.getSubcommands()
                .values()
                .forEach(c -> c.getCommandSpec().mixinStandardHelpOptions(true));
        if (args.length == 0) {
            line.usage(line.getErr());
            return CommandLine.ExitCode.USAGE;
        }
        return line.execute(args);
    }

    private static int misused(CommandLine.ParameterException e, String[] args) {
        PrintWriter err = e.getCommandLine().getErr();
        err.println(oneLine(e));
        err.println("Try '" + e.getCommandLine().getCommandSpec().qualifiedName() + " --help'.");
        return CommandLine.ExitCode.USAGE;
    }

    private static int failed(Exception e, CommandLine command) {
        command.getErr().println(oneLine(e));
        return CommandLine.ExitCode.SOFTWARE;
    }

    private static String oneLine(Exception e) {
        String message = e.getMessage();
        return "retrograd: "
                + (message == null ? e.getClass().getSimpleName() : message.replace('\n', ' '));
    }

    /** The version in the jar's manifest. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Main.class.getPackage().getImplementationVersion();
            return new String[] {"retrograd " + (version == null ? "(from classes)" : version)};
        }
    }
}
