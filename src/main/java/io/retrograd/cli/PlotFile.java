package io.retrograd.cli;

import io.retrograd.plot.Look;
import java.nio.file.Files;
import java.nio.file.Path;

/** Checks of a picture's file, before anything is computed for it. */
final class PlotFile {
    private PlotFile() {}

    /**
     * Whether a picture can be drawn and written.
     *
     * @param ending of its name, as in {@code .png}
     */
    static void check(Path file, String ending) {
        if (!file.toString().endsWith(ending)) {
            throw new IllegalArgumentException(
                    String.format(
                            "--plot: expected a file that ends with %s, got %s", ending, file));
        }
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder) || Files.isDirectory(file)) {
            throw new IllegalArgumentException(
                    "--plot: expected a file in a folder that exists, got " + file);
        }
        if (ModuleLayer.boot().findModule("java.desktop").isEmpty()) {
            throw new IllegalStateException(
                    "--plot: expected a Java with the module java.desktop, got one without; run"
                            + " retrograd.jar with a full JDK");
        }
        Look.check();
    }
}
