package io.retrograd.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The libraries that do the same work, and how each is started. */
final class Peers {
    /** All names, in the order of the table. */
    static final List<String> NAMES = List.of("PyTorch", "DJL", "DL4J");

    private static final double PROBE_SECONDS = 120;
    private static final double BUILD_SECONDS = 300;
    private static final Path FOLDER = Path.of("bench", "peers");
    private static final Path BUILT = Path.of("target", "peers");

    private final Shell shell;
    private final String java;
    private final @Nullable String python;
    private final boolean gpu;
    private final boolean full;

    /**
     * A way to run a peer.
     *
     * @param name the name of the mode; empty if there is only one
     * @param program its start, without the work
     * @param options behind the work
     */
    record Mode(String name, List<String> program, List<String> options) {}

    /**
     * A peer.
     *
     * @param modes none if it is missing
     * @param missing why; null if it is there
     */
    record Peer(String name, List<Mode> modes, @Nullable String missing) {}

    /**
     * The peers of a run.
     *
     * @param python the interpreter with torch; null for the system's
     * @param gpu whether our side computes on a GPU
     * @param full whether modes that compile for minutes are wanted too
     */
    Peers(Shell shell, String java, @Nullable String python, boolean gpu, boolean full) {
        this.shell = shell;
        this.java = java;
        this.python = python;
        this.gpu = gpu;
        this.full = full;
    }

    /** Looks for a peer, and builds it if need be. */
    Peer find(String name) {
        try {
            return switch (name) {
                case "PyTorch" -> pytorch();
                case "DJL" -> java(name, "djl", "DjlBench");
                case "DL4J" -> java(name, "dl4j", "Dl4jBench");
                default ->
                        throw new IllegalArgumentException(
                                "--peers: expected some of "
                                        + String.join(", ", NAMES)
                                        + ", got "
                                        + name);
            };
        } catch (Shell.Failure e) {
            return new Peer(name, List.of(), shell.plain(String.valueOf(e.getMessage())));
        }
    }

    private Peer pytorch() throws Shell.Failure {
        String interpreter = python == null ? "python3" : python;
        String use = gpu ? "torch.zeros(1).cuda()" : "torch.zeros(1)";
        shell.run(List.of(interpreter, "-c", "import torch; " + use), PROBE_SECONDS);
        List<String> program = List.of(interpreter, FOLDER.resolve("pytorch_bench.py").toString());
        List<Mode> modes = new ArrayList<>();
        for (List<String> layout : List.of(List.<String>of(), List.of("--channels-last"))) {
            modes.add(mode(program, layout));
            if (full) {
                modes.add(mode(program, with(layout, "--compile")));
            }
            if (gpu) {
                modes.add(mode(program, with(layout, "--graph")));
            }
        }
        return new Peer("PyTorch", modes, /* missing= */ null);
    }

    /** The program that measures how a peer's steps grow, without sizes; empty if there is none. */
    static List<String> growth(Peer peer, Report.Settings settings) {
        if (!peer.name().equals("PyTorch") || peer.modes().isEmpty()) {
            return List.of();
        }
        return List.of(
                peer.modes().get(0).program().get(0),
                FOLDER.resolve("pytorch_growth.py").toString(),
                "--device",
                settings.device().startsWith("cuda") ? "cuda" : "cpu",
                "--precision",
                settings.precision(),
                "--threads",
                String.valueOf(settings.threads()));
    }

    private Mode mode(List<String> program, List<String> options) {
        String name = options.isEmpty() ? "eager" : String.join("+", options).replace("--", "");
        return new Mode(name, program, with(options, "--device", gpu ? "cuda" : "cpu"));
    }

    private Peer java(String name, String folder, String main) throws Shell.Failure {
        if (gpu) {
            return new Peer(name, List.of(), "bench/peers/" + folder + " computes on the CPU only");
        }
        Path jar = BUILT.resolve(folder).resolve(folder + "-bench.jar");
        try {
            if (older(jar, FOLDER.resolve(folder)) || older(jar, FOLDER.resolve("shared"))) {
                String pom = FOLDER.resolve(folder).resolve("pom.xml").toString();
                shell.run(List.of("mvn", "-q", "-ntp", "-f", pom, "package"), BUILD_SECONDS);
            }
        } catch (IOException e) {
            throw new Shell.Failure(shell.plain(String.valueOf(e.getMessage())));
        }
        String libraries = BUILT.resolve(folder).resolve("lib").resolve("*").toString();
        List<String> program = List.of(java, "-cp", jar + ":" + libraries, main);
        return new Peer(name, List.of(new Mode("", program, List.of())), /* missing= */ null);
    }

    /** Whether a file is missing, or older than one in a folder. */
    private static boolean older(Path file, Path folder) throws IOException {
        if (!Files.exists(file)) {
            return true;
        }
        long made = Files.getLastModifiedTime(file).toMillis();
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .anyMatch(source -> source.toFile().lastModified() > made);
        }
    }

    private static List<String> with(List<String> words, String... more) {
        return Stream.concat(words.stream(), Stream.of(more)).toList();
    }
}
