package io.retrograd.backend.cuda.platform;

import io.retrograd.file.Uninterrupted;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The folders in which CUDA's libraries may lie, in the order in which they are looked at. */
final class Folders {
    private static final List<String> SYSTEM =
            List.of(
                    "/usr/lib/x86_64-linux-gnu",
                    "/lib/x86_64-linux-gnu",
                    "/usr/lib64",
                    "/lib64",
                    "/usr/lib",
                    "/usr/lib/wsl/lib",
                    "/usr/local/nvidia/lib64",
                    "/run/opengl-driver/lib",
                    "/usr/local/cuda/compat");

    private final Host host;

    /** By where they really are, so that a folder with two names is looked at once. */
    private final Map<Path, Path> found = new LinkedHashMap<>();

    private Folders(Host host) {
        this.host = host;
    }

    /** Those that exist: what the user named, toolkits, the system's, Python's. */
    static List<Path> of(Host host) {
        Folders folders = new Folders(host);
        folders.named();
        folders.toolkits();
        folders.system();
        folders.python();
        return List.copyOf(folders.found.values());
    }

    private void named() {
        host.folders("LD_LIBRARY_PATH").forEach(this::add);
        for (String variable : List.of("CUDA_HOME", "CUDA_PATH")) {
            host.variable(variable).ifPresent(home -> toolkit(Path.of(home)));
        }
        for (String variable : List.of("VIRTUAL_ENV", "CONDA_PREFIX")) {
            host.variable(variable).ifPresent(prefix -> environment(Path.of(prefix)));
        }
    }

    private void toolkits() {
        toolkit(host.path("/usr/local/cuda"));
        children(host.path("/usr/local"), "cuda-*").stream()
                .sorted(Comparator.reverseOrder())
                .forEach(this::toolkit);
        toolkit(host.path("/opt/cuda"));
    }

    private void toolkit(Path home) {
        add(home.resolve("lib64"));
        add(home.resolve("lib"));
        add(home.resolve("targets/x86_64-linux/lib"));
    }

    /** What the dynamic loader is configured with, and what it looks at anyway. */
    private void system() {
        for (Path file : children(host.path("/etc/ld.so.conf.d"), "*.conf")) {
            lines(file).stream()
                    .map(String::strip)
                    .filter(line -> line.startsWith("/"))
                    .forEach(line -> add(host.path(line)));
        }
        SYSTEM.forEach(folder -> add(host.path(folder)));
    }

    private void python() {
        host.variable("HOME").ifPresent(home -> environment(Path.of(home, ".local")));
        for (Path program : host.pythons()) {
            prefix(program);
            prefix(real(program));
        }
        environment(host.path("/usr"));
        environment(host.path("/usr/local"));
    }

    /** The prefix whose bin a program lies in. */
    private void prefix(Path program) {
        environment(program.resolveSibling("..").normalize());
    }

    /** A prefix with programs in bin, and the folders of NVIDIA's wheels in its packages. */
    private void environment(Path prefix) {
        if (Files.isRegularFile(prefix.resolve("conda-meta/history"))) {
            add(prefix.resolve("lib"));
        }
        for (Path python : children(prefix.resolve("lib"), "python3*")) {
            for (String packages : List.of("site-packages", "dist-packages")) {
                for (Path part : children(python.resolve(packages).resolve("nvidia"), "*")) {
                    add(part.resolve("lib"));
                }
            }
        }
    }

    private void add(Path folder) {
        if (Files.isDirectory(folder)) {
            found.putIfAbsent(real(folder), folder.toAbsolutePath().normalize());
        }
    }

    /** A path without links, or itself if it is gone. */
    private static Path real(Path path) {
        try {
            return path.toRealPath();
        } catch (IOException e) {
            return path;
        }
    }

    /** A text's lines; none if it cannot be read, as for the dynamic loader. */
    private static List<String> lines(Path file) {
        try {
            return Uninterrupted.run(() -> Files.readAllLines(file));
        } catch (IOException e) {
            return List.of();
        }
    }

    private static List<Path> children(Path folder, String glob) {
        List<Path> children = new ArrayList<>();
        if (Files.isDirectory(folder)) {
            try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder, glob)) {
                stream.forEach(children::add);
            } catch (IOException | DirectoryIteratorException e) {
                return List.of(); // not ours to read
            }
        }
        children.sort(Comparator.naturalOrder());
        return children;
    }
}
