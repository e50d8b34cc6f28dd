package io.retrograd.interop;

import java.io.IOException;
import java.nio.file.Path;

/** A file is not what it should be; the message says where and what was expected. */
public final class FormatException extends IOException {
    private static final long serialVersionUID = 1;

    /**
     * An error at one place of a file.
     *
     * @param offset the first wrong byte, counted from the start of the file
     * @param problem as in {@code expected X, got Y}
     */
    public FormatException(Path file, long offset, String problem) {
        super(file + ", byte " + offset + ": " + problem);
    }
}
