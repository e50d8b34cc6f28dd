package io.retrograd.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The folder that keeps recomputable files between runs. */
public final class UserCache {
    /** The advice to choose another folder, for messages. */
    public static final String HOW_TO_MOVE =
            "set XDG_CACHE_HOME or -Dretrograd.cache to a folder that this user can write and load"
                    + " programs from";

    /** Not the root alone. */
    private static final String ABSOLUTE = "/+[^/].*|[A-Za-z]:[\\\\/].+";

    private static final String HOME = "user.home";
    private static final String DIRECTORY_PROPERTY = "retrograd.cache";

    private static final AtomicBoolean TOLD = new AtomicBoolean();

    private UserCache() {}

    /** Reports once, on standard error, that nothing can be kept, and why. */
    public static void unwritable(IOException why) {
        if (!TOLD.getAndSet(true)) {
            System.err.println(
                    "retrograd: nothing is kept for the next run: "
                            + why.getMessage()
                            + "; -Dretrograd.cache or XDG_CACHE_HOME name another folder");
        }
    }

    /**
     * {@code -Dretrograd.cache}, or {@code $XDG_CACHE_HOME/retrograd}, or {@code
     * ~/.cache/retrograd}; for a user without a home, {@link #temporary}. An absolute path, as
     * libraries are loaded from there; it need not exist yet.
     */
    public static Path folder() {
        String own = System.getProperty(DIRECTORY_PROPERTY);
        if (own != null) {
            return Path.of(own).toAbsolutePath();
        }
        String shared = System.getenv("XDG_CACHE_HOME");
        if (shared != null && !shared.isEmpty()) {
            return Path.of(shared).resolve("retrograd").toAbsolutePath();
        }
        Path home = home(System.getProperty(HOME), System.getenv("HOME"));
        return home == null ? temporary() : home.resolve(".cache").resolve("retrograd");
    }

    /**
     * Gives a user without a home one for this process, in the place of Java's {@code ?}, a folder
     * that libraries would make where the program was started.
     */
    public static void settleHome() {
        Path home = home(System.getProperty(HOME), System.getenv("HOME"));
        System.setProperty(HOME, (home == null ? temporary() : home).toString());
    }

    /**
     * A user's home. Java's is {@code ?} for a user whom the system does not know, as in
     * containers, and {@code /} for one who has none.
     *
     * @param java Java's idea of it
     * @param environment the environment's
     * @return null if neither is a folder that could be one
     */
    static @Nullable Path home(@Nullable String java, @Nullable String environment) {
        for (@Nullable String each : new @Nullable String[] {java, environment}) {
            Path home = each != null && each.matches(ABSOLUTE) ? path(each) : null;
            if (home != null) {
                return home;
            }
        }
        return null;
    }

    /** Null for a name that this locale cannot spell, as an umlaut's under {@code LC_ALL=C}. */
    private static @Nullable Path path(String home) {
        try {
            return Path.of(home);
        } catch (InvalidPathException e) {
            Warnings.once(
                    String.format(
                            "this locale (%s) cannot spell the home folder's name, so nothing is"
                                    + " kept there; set LC_ALL=C.UTF-8",
                            System.getProperty("sun.jnu.encoding")));
            return null;
        }
    }

    /** A folder of this process, private to its user, which is deleted when it ends. */
    public static Path temporary() {
        return Temporary.FOLDER;
    }

    /** Created on first use. */
    private static final class Temporary {
        private static final Path FOLDER = make();

        private static Path make() {
            try {
                Path folder = Files.createTempDirectory("retrograd-");
                Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(folder)));
                return folder;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static void delete(Path folder) {
            try (Stream<Path> all = Files.walk(folder)) {
                List<Path> deepest = all.sorted(Comparator.reverseOrder()).toList();
                for (Path path : deepest) {
                    Files.deleteIfExists(path);
                }
            } catch (IOException | UncheckedIOException e) {
                // The system clears its temporary folder.
            }
        }
    }
}
