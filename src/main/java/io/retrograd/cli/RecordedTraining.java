package io.retrograd.cli;

import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The command that a run was started with, read again from its record. */
record RecordedTraining(CommandSpec spec, TrainCommand command) {
    /**
     * Reads it; relative paths of its options begin in the folder that it was typed in.
     *
     * @throws IOException if it is no command of this version, or another one
     */
    static RecordedTraining of(RunRecord record) throws IOException {
        CommandSpec spec = parse(record);
        if (!(spec.userObject() instanceof TrainCommand command)) {
            throw new IOException(
                    record.file() + ": expected the command train, got " + spec.name());
        }
        Path directory = record.directory();
        for (OptionSpec option : spec.options()) {
            if (option.getValue() instanceof Path path && !path.isAbsolute()) {
                option.setValue(directory.resolve(path));
            }
        }
        return new RecordedTraining(spec, command);
    }

    private static CommandSpec parse(RunRecord record) throws IOException {
        try {
            CommandLine.ParseResult parsed =
                    Main.line().parseArgs(record.command().toArray(String[]::new));
            return parsed.hasSubcommand()
                    ? parsed.subcommand().commandSpec()
                    : parsed.commandSpec();
        } catch (CommandLine.ParameterException e) {
            throw new IOException(
                    record.file()
                            + ": expected a command of this version, got another: "
                            + e.getMessage(),
                    e);
        }
    }
}
