package io.retrograd.cli;

import io.retrograd.report.ReportPage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "report",
        mixinStandardHelpOptions = true,
        description = "Makes a run's page again, report.html in its folder, of what is there.")
final class RunsReportCommand extends JsonCommand {
    @Parameters(paramLabel = "NAME", description = "The run.")
    private String name = "";

    @Option(
            names = "--runs",
            paramLabel = "DIR",
            defaultValue = "runs",
            description = "Folder of all runs. Default: ${DEFAULT-VALUE}.")
    private Path runs = Path.of("runs");

    @Option(names = "--open", description = "Open it in the browser.")
    private boolean open;

    @Override
    public Integer call() throws IOException {
        RunDirectory.checkName("NAME", name);
        Path folder = runs.resolve(name);
        if (!Files.isDirectory(folder)) {
            throw new IllegalArgumentException(
                    String.format("NAME: expected a run in %s, got %s", runs, name));
        }
        Path page = ReportPage.write(folder);
        if (json) {
            out().println(Json.line(Map.of("report", page.toString())));
        } else {
            out().printf("report in %s%n", page);
        }
        if (open) {
            RunPage.open(page, progress());
        }
        out().flush();
        return 0;
    }
}
