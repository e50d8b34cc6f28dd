package io.retrograd.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A command whose result is text, or on request one JSON object. */
abstract class JsonCommand implements Callable<Integer> {
    @Spec CommandSpec spec = CommandSpec.create();

    @Option(names = "--json", description = "Print the result as one JSON object.")
    boolean json;

    /** Standard output, where the result goes. */
    final PrintWriter out() {
        return spec.commandLine().getOut();
    }

    /** Standard error, where warnings go. */
    final PrintWriter err() {
        return spec.commandLine().getErr();
    }

    /** Where progress goes: standard error if the result is JSON. */
    final PrintWriter progress() {
        return json ? err() : out();
    }
}
