package io.retrograd.cli;

import io.retrograd.ChildJava;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Commands, each in a process that is ended at a moment. */
final class ShortLivedRuns {
    /** How often a process is looked at: a small checkpoint is written in a few milliseconds. */
    private static final long LOOK_MICROS = 50;

    private static final long LONGEST_SECONDS = 1800;

    private final Path folder;
    private final Path out;

    /**
     * How a process ended.
     *
     * @param wasAsked whether its moment came
     * @param said what it wrote into standard output and standard error
     */
    record Ended(int exit, boolean wasAsked, String said) {}

    /** Says when a process is to end, and is asked again and again. */
    @FunctionalInterface
    interface Moment {
        boolean isNow() throws IOException;
    }

    /** Commands whose jar, archive of classes and output lie in a folder. */
    ShortLivedRuns(Path folder) {
        this.folder = folder;
        out = folder.resolve("out");
    }

    /** After all. */
    static Moment never() {
        return () -> false;
    }

    /** So long from now on. */
    static Moment after(long millis) {
        long due = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        return () -> System.nanoTime() - due >= 0;
    }

    /** So long from the announcement of the training on. */
    Moment afterAnnouncement(long millis) {
        Moment[] rest = new Moment[1];
        return () -> {
            if (rest[0] == null && Files.readString(out).contains("training ")) {
                rest[0] = after(millis);
            }
            return rest[0] != null && rest[0].isNow();
        };
    }

    /** As the nth file of such names that is not there yet comes into a folder. */
    static Moment atFile(Path in, String ending, int nth) {
        Set<String> seen = new HashSet<>();
        look(in, ending, seen);
        int before = seen.size();
        return () -> {
            look(in, ending, seen);
            return seen.size() - before >= nth;
        };
    }

    private static void look(Path in, String ending, Set<String> seen) {
        String[] names = in.toFile().list((folder, name) -> name.endsWith(ending));
        seen.addAll(names == null ? List.of() : List.of(names));
    }

    /**
     * Runs a command.
     *
     * @param end what is done to the process at the moment
     */
    Ended run(List<String> arguments, Moment moment, Consumer<ProcessHandle> end)
            throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(command(arguments))
                        .redirectErrorStream(true)
                        .redirectOutput(out.toFile())
                        .start();
        try {
            boolean asked = false;
            Moment late = after(TimeUnit.SECONDS.toMillis(LONGEST_SECONDS));
            while (!process.waitFor(LOOK_MICROS, TimeUnit.MICROSECONDS)) {
                if (!asked && moment.isNow()) {
                    end.accept(process.toHandle());
                    asked = true;
                }
                if (late.isNow()) {
                    throw new IOException("it does not end: " + Files.readString(out));
                }
            }
            return new Ended(process.exitValue(), asked, Files.readString(out));
        } finally {
            process.destroyForcibly();
        }
    }

    private List<String> command(List<String> arguments) throws IOException {
        Path classes = classes();
        List<String> command = ChildJava.shortLived(folder, classes);
        int options = command.indexOf("-cp");
        String cache = System.getProperty("retrograd.cache");
        if (cache != null) {
            command.add(options, "-Dretrograd.cache=" + Path.of(cache).toAbsolutePath());
        }
        command.add(options, "-Dretrograd.standin=" + classes.resolveSibling("standin"));
        command.add(Main.class.getName());
        command.addAll(arguments);
        return command;
    }

    private static Path classes() {
        try {
            return Path.of(Main.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
