package io.retrograd.cli;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The system's browser. */
final class Browser {
    /** What opens a file, in the order of trying: of Linux and others, of macOS, of Windows. */
    private static final List<List<String>> LINUX =
            List.of(List.of("xdg-open"), List.of("wslview"));

    private static final List<List<String>> MAC = List.of(List.of("open"));
    private static final List<List<String>> WINDOWS =
            List.of(List.of("rundll32", "url.dll,FileProtocolHandler"));

    /** What still runs then shows the page. */
    private static final int SECONDS = 5;

    private Browser() {}

    /**
     * Opens a page.
     *
     * @return why it is not open; null if it is
     */
    static @Nullable String open(Path page) {
        String system = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        return open(
                page,
                system.startsWith("windows") ? WINDOWS : system.startsWith("mac") ? MAC : LINUX);
    }

    /** The same with the first of these commands that there is. */
    static @Nullable String open(Path page, List<List<String>> openers) {
        for (List<String> opener : openers) {
            List<String> command = new ArrayList<>(opener);
            command.add(page.toAbsolutePath().toUri().toString());
            try {
                Process process =
                        new ProcessBuilder(command)
                                .redirectInput(Redirect.PIPE)
                                .redirectOutput(Redirect.DISCARD)
                                .redirectError(Redirect.DISCARD)
                                .start();
                process.getOutputStream().close();
                boolean ended = process.waitFor(SECONDS, TimeUnit.SECONDS);
                return ended && process.exitValue() != 0
                        ? opener.get(0) + " found no browser; open " + page + " yourself"
                        : null;
            } catch (IOException e) {
                // Not there: the next one.
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return "interrupted; open " + page + " yourself";
            }
        }
        return String.format(
                "expected %s, got none; open %s yourself", openers.get(0).get(0), page);
    }
}
