package io.retrograd.cli;

import io.retrograd.backend.Backend;
import io.retrograd.demo.Context;
import io.retrograd.demo.Demo;
import io.retrograd.demo.Demos;
import io.retrograd.file.WholeFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "demo",
        description = {
            "Shows what the texts on back-propagation describe: trains small networks, tells what"
                    + " happens, and writes numbers and pictures.",
            "Without a name, lists the demonstrations and the time that each takes."
        })
final class DemoCommand implements Callable<Integer> {
    private static final Path FOLDER = Path.of("demos");

    @Spec private CommandSpec spec = CommandSpec.create();

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "NAME",
            description = "One of: ${COMPLETION-CANDIDATES}.",
            completionCandidates = Names.class)
    private @Nullable String name;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "PROBLEM",
            description = "One of the problems of a demonstration that has several.")
    private @Nullable String problem;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Seed of all random values. Default: ${DEFAULT-VALUE}.")
    private long seed = 1;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description =
                    "Folder of the numbers and pictures. Default: a new one, as in demos/NAME.")
    private @Nullable Path folder;

    @Option(
            names = "--device",
            paramLabel = "NAME",
            description = "Where to compute, as for train. Default: what suits the demonstration.")
    private @Nullable String device;

    @Option(names = "--quick", hidden = true, description = "Be small, to try that it runs.")
    private boolean quick;

    @Override
    public Integer call() throws IOException {
        DeviceOptions options = new DeviceOptions();
        if (device != null) {
            options.device = device;
        }
        options.deterministic = true;
        options.check();
        if (name == null) {
            list(out());
            return 0;
        }
        Values.oneOf("NAME", Demos.names(), name);
        Demo demo = Demos.get(name);
        String variant = variant(demo);
        if (device == null) {
            options.device = demo.device();
        }
        Path into = folder(variant);
        Demo.Result result;
        try (Backend backend = options.open()) {
            out().printf("%s: %s%n%s%n%n", name, demo.line(), options.describe());
            result = demo.run(new Context(backend, seed, variant, quick, out()));
        }
        write(demo, variant, result, into);
        return 0;
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }

    private static void list(PrintWriter out) {
        for (Demo demo : Demos.all()) {
            out.printf("%-14s about %3d s  %s%n", demo.name(), demo.seconds(), demo.line());
            if (!demo.variants().isEmpty()) {
                out.printf("%-28s%s%n", "", "problems: " + String.join(", ", demo.variants()));
            }
        }
    }

    private String variant(Demo demo) {
        List<String> variants = demo.variants();
        if (problem == null) {
            return variants.isEmpty() ? "" : variants.get(0);
        }
        if (variants.isEmpty()) {
            throw Values.wrong("PROBLEM", "none for " + demo.name(), problem);
        }
        Values.oneOf("PROBLEM", variants, problem);
        return problem;
    }

    /** A new folder, unless the user names one; tried before anything is computed. */
    private Path folder(String variant) throws IOException {
        if (folder == null) {
            String own = variant.isEmpty() ? "" + name : name + "-" + variant;
            return new RunDirectory(FOLDER, own).folder();
        }
        WholeFile.createFolders(folder);
        WholeFile.probe(folder);
        return folder;
    }

    private void write(Demo demo, String variant, Demo.Result result, Path into)
            throws IOException {
        Map<String, Object> numbers = new LinkedHashMap<>();
        numbers.put("demo", demo.name());
        if (!variant.isEmpty()) {
            numbers.put("problem", variant);
        }
        numbers.put("seed", seed);
        numbers.putAll(result.numbers());
        List<Path> written = new ArrayList<>();
        written.add(into.resolve(demo.name() + ".json"));
        WholeFile.write(written.get(0), Json.line(numbers) + "\n");
        String undrawn = draw(result, into, written);
        out().println();
        written.forEach(file -> out().printf("%s%n", file));
        if (undrawn != null) {
            spec.commandLine().getErr().println("no pictures: " + undrawn);
        }
        writeFiles(result.files(), into);
        List<String> next = demo.next(into.toString());
        if (!next.isEmpty()) {
            out().printf("%ngo on with:%n");
            next.forEach(command -> out().printf("  retrograd %s%n", command));
        }
    }

    private void writeFiles(Map<String, Supplier<byte[]>> files, Path into) throws IOException {
        Set<Path> folders = new TreeSet<>();
        for (var file : files.entrySet()) {
            Path path = into.resolve(file.getKey());
            Path parent = Objects.requireNonNull(path.getParent());
            if (folders.add(parent)) {
                WholeFile.createFolders(parent);
            }
            WholeFile.write(path, file.getValue().get());
        }
        for (Path each : folders) {
            long count =
                    files.keySet().stream()
                            .map(into::resolve)
                            .filter(f -> f.startsWith(each))
                            .count();
            out().printf("%s: %,d files%n", each, count);
        }
    }

    /** Draws all pictures; the reason where this machine cannot draw, null where it can. */
    static @Nullable String draw(Demo.Result result, Path into, List<Path> written)
            throws IOException {
        try {
            for (var picture : result.pictures().entrySet()) {
                Path file = into.resolve(picture.getKey() + ".png");
                picture.getValue().get().save(file);
                written.add(file);
            }
            return null;
        } catch (IllegalStateException e) {
            return e.getMessage();
        } catch (LinkageError e) {
            return "expected a full JDK and retrograd's libraries, got none of " + e.getMessage();
        }
    }

    /** The demonstrations' names, for help texts and completion. */
    static final class Names implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Demos.names().iterator();
        }
    }
}
