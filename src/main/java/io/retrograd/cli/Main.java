package io.retrograd.cli;

import io.retrograd.backend.JvmLimits;
import io.retrograd.file.FileException;
import io.retrograd.host.UserCache;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
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
            RunsCommand.class,
            PredictCommand.class,
            ExplainCommand.class,
            ServeCommand.class,
            ExportCommand.class,
            GradcheckCommand.class,
            ParityCommand.class,
            WalkthroughCommand.class,
            GradflowCommand.class,
            DemoCommand.class,
            SummaryCommand.class,
            BenchCommand.class,
            DevicesCommand.class,
            DoctorCommand.class,
            CertifyCommand.class,
            CommandLine.HelpCommand.class
        })
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        Output.install();
        UserCache.settleHome();
        String lost = Paths.lostFolder(System.getProperty("user.dir"));
        if (lost != null) {
            System.err.println("retrograd: " + lost);
            System.exit(CommandLine.ExitCode.SOFTWARE);
        }
        System.exit(run(args));
    }

    /** Runs a command and returns its exit code: not 0 if its output could not be written. */
    static int run(String... args) {
        PrintWriter out = Output.writer(System.out);
        PrintWriter err = Output.writer(System.err);
        int exit = execute(out, err, args);
        out.flush();
        err.flush();
        String lost = Output.fault(System.out);
        if (lost != null) {
            err.println("retrograd: standard output: cannot be written: " + lost);
            err.flush();
        }
        boolean unsaid = lost != null || Output.fault(System.err) != null;
        return unsaid && exit == CommandLine.ExitCode.OK ? CommandLine.ExitCode.SOFTWARE : exit;
    }

    static Map<String, CommandLine> commands() {
        return new CommandLine(new Main()).getSubcommands();
    }

    /** Reads command lines. */
    static CommandLine line() {
        CommandLine line = new CommandLine(new Main());
        line.registerConverter(Path.class, Paths::convert);
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setExpandAtFiles(false);
        return line;
    }

    private static int execute(PrintWriter out, PrintWriter err, String... args) {
        CommandLine line = line();
        line.setOut(out);
        line.setErr(err);
        line.setUsageHelpAutoWidth(true);
        line.setParameterExceptionHandler(Main::misused);
        line.setExecutionExceptionHandler((e, command, parsed) -> failed(e, command));
        line.getSubcommands()
                .values()
                .forEach(c -> c.getCommandSpec().mixinStandardHelpOptions(true));
        if (args.length == 0) {
            line.usage(err);
            return CommandLine.ExitCode.USAGE;
        }
        try {
            return line.execute(args);
        } catch (OutOfMemoryError | StackOverflowError | LinkageError e) {
            return failed(JvmLimits.exception(e), line);
        }
    }

    private static int misused(CommandLine.ParameterException e, String[] args) {
        PrintWriter err = e.getCommandLine().getErr();
        err.println(oneLine(e));
        err.println("Try '" + e.getCommandLine().getCommandSpec().qualifiedName() + " --help'.");
        return CommandLine.ExitCode.USAGE;
    }

    /**
     * An argument that is wrong came from the command line: what a file holds is an IOException.
     */
    private static int failed(Exception e, CommandLine command) {
        command.getErr().println(oneLine(e));
        return e instanceof IllegalArgumentException
                ? CommandLine.ExitCode.USAGE
                : CommandLine.ExitCode.SOFTWARE;
    }

    private static String oneLine(Exception e) {
        return "retrograd: " + message(e).strip().replaceAll("\\R", " ");
    }

    private static String message(Exception e) {
        if (e instanceof UncheckedIOException unchecked) {
            return FileException.words(FileException.inside(unchecked));
        }
        if (e instanceof IOException io) {
            return FileException.words(io);
        }
        if (e instanceof InvalidPathException path) {
            return Paths.words(path);
        }
        String message = e.getMessage();
        return message == null ? e.getClass().getSimpleName() : message;
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
