package io.retrograd.backend.cuda.platform;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** Finds libraries by file name in a list of folders, the first that has one. */
final class Search {
    private static final long PYTHON_SECONDS = 10;

    private final List<Path> folders;

    private Search(List<Path> folders) {
        this.folders = new ArrayList<>(folders);
    }

    /** Where CUDA may lie on a machine. */
    static Search of(Host host) {
        return new Search(Folders.of(host));
    }

    /** In one folder only. */
    static Search in(Path folder) {
        return new Search(List.of(folder));
    }

    Optional<Path> find(String name) {
        return folders.stream()
                .map(folder -> folder.resolve(name))
                .filter(Files::isRegularFile)
                .findFirst();
    }

    /** A file in the same folder, such as {@code libnvrtc-builtins.so.13.*}. */
    static Optional<Path> beside(Path library, String glob) {
        try (DirectoryStream<Path> found =
                Files.newDirectoryStream(library.resolveSibling(""), glob)) {
            for (Path path : found) {
                return Optional.of(path);
            }
        } catch (IOException | DirectoryIteratorException e) {
            return Optional.empty();
        }
        return Optional.empty();
    }

    /** The folders, for a message. */
    String looked() {
        return folders.isEmpty()
                ? "no folder: none of the usual ones exists"
                : folders.stream().map(Path::toString).collect(Collectors.joining(", "));
    }

    /**
     * Adds the folders of NVIDIA's wheels that Python itself knows of: an interpreter behind a
     * wrapper script cannot be followed by its path. Takes as long as Python takes to start.
     */
    void askPython(Host host) {
        host.pythons().stream().findFirst().ifPresent(this::wheels);
    }

    private void wheels(Path python) {
        try {
            Process process =
                    new ProcessBuilder(
                                    python.toString(),
                                    "-c",
                                    "import nvidia; print(*nvidia.__path__, sep='\\n')")
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start();
            process.getOutputStream().close();
            // A wait that no interrupt ends: else what is found would depend on it.
            if (process.onExit().completeOnTimeout(null, PYTHON_SECONDS, TimeUnit.SECONDS).join()
                    == null) {
                process.destroyForcibly();
                return;
            }
            String output =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            for (String line : output.lines().toList()) {
                wheels(line);
            }
        } catch (IOException e) {
            return; // no Python after all
        }
    }

    private void wheels(String packages) throws IOException {
        Path root = Path.of(packages);
        if (!Files.isDirectory(root)) {
            return;
        }
        try (DirectoryStream<Path> parts = Files.newDirectoryStream(root)) {
            for (Path part : parts) {
                Path libraries = part.resolve("lib");
                if (Files.isDirectory(libraries) && !folders.contains(libraries)) {
                    folders.add(libraries);
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
    }
}
