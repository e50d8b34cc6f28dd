package io.retrograd.cli;

import io.retrograd.backend.BackendProvider;
import io.retrograd.backend.Backends;
import io.retrograd.backend.Diagnosis;
import io.retrograd.backend.Diagnosis.Fact;
import io.retrograd.backend.Diagnosis.Gpu;
import io.retrograd.backend.Diagnosis.Problem;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "doctor",
        description = {
            "Lists what a GPU needs, what is installed, and how to install the rest.",
            "Ends with 0 only if a GPU can be used."
        })
final class DoctorCommand extends JsonCommand {
    @Option(
            names = "--device",
            paramLabel = "NAME",
            defaultValue = "cuda",
            description = "The device to ask about: a name that 'devices' lists. Default: cuda.")
    private String device = "cuda";

    @Override
    public Integer call() {
        Values.oneOf("--device", DeviceOptions.names(), device);
        BackendProvider provider = Backends.provider(device);
        Diagnosis found = provider.diagnose();
        PrintWriter out = out();
        if (json) {
            out.println(Json.line(found));
        } else {
            print(out, found);
        }
        return found.usable() ? 0 : 1;
    }

    private static void print(PrintWriter out, Diagnosis found) {
        for (Fact fact : found.facts()) {
            out.printf("%-10s %-12s %s%n", fact.name(), fact.version(), fact.detail());
        }
        for (Gpu gpu : found.gpus()) {
            out.printf("%-10s %-12s %s%n", "GPU", gpu.index(), gpu.line());
        }
        for (Problem problem : found.problems()) {
            out.printf("%n%s: %s%n", problem.fatal() ? "missing" : "warning", problem.what());
            out.printf("  looked in: %s%n", problem.looked());
            out.printf("  wanted:    %s%n", problem.wanted());
            out.printf("  do:        %s%n", problem.command());
        }
        out.printf("%n%s can%s be used%n", found.device(), found.usable() ? "" : "not");
    }
}
