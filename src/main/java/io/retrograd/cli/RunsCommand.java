package io.retrograd.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "runs",
        description = "Lists the runs that train has left, or looks at some of them.",
        subcommands = {RunsCompareCommand.class, RunsReportCommand.class})
final class RunsCommand extends JsonCommand {
    private static final String FORMAT = "%-28s %-13s %-16s %-11s %7s %9s %9s %s%n";

    @Option(
            names = "--runs",
            paramLabel = "DIR",
            defaultValue = "runs",
            description = "Folder of all runs. Default: ${DEFAULT-VALUE}.")
    private Path runs = Path.of("runs");

    @Override
    public Integer call() throws IOException {
        List<RunOutcome> all = new ArrayList<>();
        for (Path folder : RunDirectory.all(runs)) {
            try {
                all.add(RunOutcome.read(folder));
            } catch (IOException e) {
                err().println("left out: " + e.getMessage());
            }
        }
        err().flush();
        if (json) {
            out().println(Json.line(Map.of("runs", all.stream().map(RunsCommand::line).toList())));
        } else {
            print(all, out());
        }
        return 0;
    }

    private static Map<String, String> line(RunOutcome run) {
        Map<String, String> line = new LinkedHashMap<>();
        line.put("name", run.name());
        line.putAll(run.settings());
        line.putAll(run.results());
        return line;
    }

    private void print(List<RunOutcome> all, PrintWriter out) {
        if (all.isEmpty()) {
            out.println("no runs in " + runs);
            return;
        }
        out.printf(
                FORMAT, "run", "data", "model", "state", "epochs", "loss", "accuracy", "started");
        for (RunOutcome run : all) {
            Map<String, String> settings = run.settings();
            Map<String, String> results = run.results();
            out.printf(
                    FORMAT,
                    run.name(),
                    settings.getOrDefault("dataset", ""),
                    settings.getOrDefault("model", ""),
                    results.get("state"),
                    results.get("done") + "/" + settings.getOrDefault("epochs", "?"),
                    rounded(results.get("loss"), "%.4f", 1),
                    rounded(results.get("test_accuracy"), "%.2f %%", 100),
                    results.get("started"));
        }
    }

    private static String rounded(@Nullable String number, String format, double factor) {
        try {
            return number == null ? "" : String.format(format, factor * Double.parseDouble(number));
        } catch (NumberFormatException e) {
            return number == null ? "" : number;
        }
    }
}
