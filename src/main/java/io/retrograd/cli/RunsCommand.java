package io.retrograd.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "runs",
        description = "Looks at the runs that train has left.",
        subcommands = {RunsReportCommand.class})
final class RunsCommand implements Runnable {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        CommandLine line = spec.commandLine();
        throw new ParameterException(
                line,
                String.format(
                        "runs: expected one of %s, got none", line.getSubcommands().keySet()));
    }
}
