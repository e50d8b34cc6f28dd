package io.retrograd.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.retrograd.backend.Backend;
import io.retrograd.file.FileException;
import io.retrograd.parity.ParityResult;
import io.retrograd.parity.ParityResult.Status;
import io.retrograd.parity.ParityRunner;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

@Command(
        name = "parity",
        mixinStandardHelpOptions = true,
        description = "Runs parity cases and compares every expected tensor.",
        footerHeading = "%n",
        footer = {
            "Prints one line a case: passed, failed or unsupported, the file, and the worst"
                    + " relative error or the reason. The last line is"
                    + " 'N passed, N failed, N unsupported'; with --json it is instead one object:"
                    + " device, precision, passed, failed, unsupported, and cases (file, status,"
                    + " detail, and where compared: tensor, index, expected, got, error).",
            "A damaged file or an invalid case counts as failed.",
            "Exit status: 0 if all passed, 1 if any failed or is unsupported, 2 for wrong usage."
        })
public final class ParityCommand extends JsonCommand {
    private static final String EXTENSION = ".safetensors";

    @Parameters(
            arity = "1..*",
            paramLabel = "PATH",
            description = "A case, or a folder whose *" + EXTENSION + " are run in order.")
    private List<Path> paths = new ArrayList<>();

    @Mixin private DeviceOptions device = new DeviceOptions("reference");

    @Override
    public Integer call() throws IOException {
        try {
            device.check();
        } catch (IllegalArgumentException e) {
            throw usage(String.valueOf(e.getMessage()));
        }
        List<Path> files = files();
        PrintWriter out = out();
        try (Backend backend = device.open()) {
            ParityRunner runner = new ParityRunner(backend);
            List<ParityResult> results = new ArrayList<>();
            for (Path file : files) {
                ParityResult result = runner.run(file);
                results.add(result);
                out.printf("%-11s %s  %s%n", label(result), result.name(), result.detail());
                out.flush();
            }
            out.println(json ? json(backend, results) : counts(results));
            out.flush();
            return count(results, Status.PASSED) == results.size() ? 0 : 1;
        }
    }

    private List<Path> files() throws IOException {
        List<Path> files = new ArrayList<>();
        for (Path path : paths) {
            if (Files.isDirectory(path)) {
                files.addAll(list(path));
            } else if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
                files.add(path);
            } else {
                throw usage("PATH: expected a file or folder, found no " + path);
            }
        }
        return files;
    }

    private List<Path> list(Path folder) throws IOException {
        List<Path> cases = FileException.doing("list its cases", folder, () -> cases(folder));
        if (cases.isEmpty()) {
            throw usage("PATH: expected a folder with *" + EXTENSION + ", got " + folder);
        }
        return cases;
    }

    private static List<Path> cases(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(path -> path.toString().endsWith(EXTENSION)).sorted().toList();
        }
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    private static String label(ParityResult result) {
        return result.status().name().toLowerCase(Locale.ROOT);
    }

    private static long count(List<ParityResult> results, Status status) {
        return results.stream().filter(result -> result.status() == status).count();
    }

    private static String counts(List<ParityResult> results) {
        return String.format(
                "%d passed, %d failed, %d unsupported",
                count(results, Status.PASSED),
                count(results, Status.FAILED),
                count(results, Status.UNSUPPORTED));
    }

    private static String json(Backend backend, List<ParityResult> results) {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        root.put("device", backend.name())
                .put("precision", backend.dtype().name().toLowerCase(Locale.ROOT));
        for (Status status : Status.values()) {
            root.put(status.name().toLowerCase(Locale.ROOT), count(results, status));
        }
        ArrayNode cases = root.putArray("cases");
        for (ParityResult result : results) {
            ObjectNode node = cases.addObject();
            node.put("file", result.name()).put("status", label(result));
            node.put("detail", result.detail());
            ParityResult.Worst worst = result.worst();
            if (worst != null) {
                node.put("tensor", worst.tensor()).put("index", worst.index());
                node.put("expected", worst.expected()).put("got", worst.got());
                node.put("error", worst.error());
            }
        }
        return Json.line(root);
    }
}
