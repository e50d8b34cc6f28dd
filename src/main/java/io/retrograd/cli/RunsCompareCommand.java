package io.retrograd.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "compare",
        mixinStandardHelpOptions = true,
        description = "Shows in what two runs differ: in their settings, and in their results.")
final class RunsCompareCommand extends JsonCommand {
    @Option(
            names = "--runs",
            paramLabel = "DIR",
            defaultValue = "runs",
            description = "Folder of all runs. Default: ${DEFAULT-VALUE}.")
    private Path runs = Path.of("runs");

    @Parameters(
            arity = "2",
            paramLabel = "RUN",
            description = "Two runs: their names in --runs, or their folders.")
    private List<String> names = List.of();

    @Override
    public Integer call() throws IOException {
        RunOutcome a = RunOutcome.read(find(names.get(0)));
        RunOutcome b = RunOutcome.read(find(names.get(1)));
        Map<String, List<String>> settings = differences(a.settings(), b.settings());
        Map<String, List<String>> results = differences(a.results(), b.results());
        if (json) {
            Map<String, Object> both = new LinkedHashMap<>();
            both.put("runs", List.of(a.name(), b.name()));
            both.put("settings", settings);
            both.put("results", results);
            out().println(Json.line(both));
        } else {
            out().printf("%-22s %-34s %s%n", "", a.name(), b.name());
            print("settings", settings, out());
            print("results", results, out());
        }
        return 0;
    }

    private Path find(String name) {
        for (Path folder : List.of(Paths.of("RUN: ", name), runs.resolve(name))) {
            if (Files.isRegularFile(new RunDirectory(folder).record())) {
                return folder;
            }
        }
        throw new IllegalArgumentException(
                String.format(
                        "RUN: expected the folder of a run, or its name in %s, got %s",
                        runs, name));
    }

    private static Map<String, List<String>> differences(
            Map<String, String> a, Map<String, String> b) {
        Set<String> keys = new LinkedHashSet<>(a.keySet());
        keys.addAll(b.keySet());
        Map<String, List<String>> different = new LinkedHashMap<>();
        for (String key : keys) {
            String left = a.getOrDefault(key, "-");
            String right = b.getOrDefault(key, "-");
            if (!left.equals(right)) {
                different.put(key, List.of(left, right));
            }
        }
        return different;
    }

    private static void print(String title, Map<String, List<String>> different, PrintWriter out) {
        out.println(different.isEmpty() ? title + ": the same" : title);
        different.forEach(
                (key, values) ->
                        out.printf("  %-20s %-34s %s%n", key, values.get(0), values.get(1)));
    }
}
