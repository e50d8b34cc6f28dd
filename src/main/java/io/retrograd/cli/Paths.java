package io.retrograd.cli;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.TypeConversionException;

/** Paths as they stand on the command line. */
final class Paths {
    private static final char LOST = '\uFFFD';

    private Paths() {}

    /** An option's path; what is wrong with it is reported as for any other option. */
    static Path convert(String text) {
        try {
            return of("", text);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(e.getMessage());
        }
    }

    /**
     * A path.
     *
     * @param where begins the message
     * @throws IllegalArgumentException if the system can have no such path; the message says why
     */
    static Path of(String where, String text) {
        if (text.isEmpty()) {
            throw new IllegalArgumentException(where + "expected a path, got an empty one");
        }
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException(where + words(e), e);
        }
    }

    /**
     * Why relative paths would lead elsewhere: Java has a question mark for each byte of the
     * working folder's name that the locale cannot spell, and would create a folder of that name.
     *
     * @return null if they do not
     */
    static @Nullable String lostFolder(String working) {
        return working.indexOf(LOST) < 0
                ? null
                : String.format(
                        "\"%s\": expected to start in a folder whose name this locale (%s) can"
                                + " spell, got another; set LC_ALL=C.UTF-8",
                        working.replace(LOST, '?'), System.getProperty("sun.jnu.encoding"));
    }

    /** Why a path is none. */
    static String words(InvalidPathException e) {
        String path = e.getInput();
        boolean foreign = path.chars().anyMatch(c -> c > 127);
        if (foreign && path.indexOf(0) < 0) {
            return String.format(
                    "\"%s\": expected a path that this locale (%s) can spell, got another; set"
                            + " LC_ALL=C.UTF-8",
                    path.replace(LOST, '?'), System.getProperty("sun.jnu.encoding"));
        }
        return String.format(
                "\"%s\": expected a path, got an invalid one (%s)",
                path.replaceAll("\\p{Cntrl}", "?"), e.getReason());
    }
}
