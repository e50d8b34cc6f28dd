package io.retrograd.file;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.NotLinkException;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Something could not be done with a file; the message says what, with which file, and why, as in
 * {@code texts.tsv: cannot read the texts: there is no such file}.
 *
 * <p>The JDK's own messages are often no more than a path, or nothing at all.
 */
public final class FileException extends IOException {
    private static final long serialVersionUID = 1;

    /** The prefix of classes whose messages are complete. */
    private static final String OWN = "io.retrograd.";

    /** The words for exceptions of the JDK that say nothing but their kind. */
    private static final Map<Class<? extends IOException>, String> KINDS =
            Map.of(
                    NoSuchFileException.class, "there is no such file or folder",
                    AccessDeniedException.class, "permission denied",
                    NotDirectoryException.class, "it is not a folder",
                    FileAlreadyExistsException.class, "a file of this name already exists",
                    DirectoryNotEmptyException.class, "the folder is not empty",
                    FileSystemLoopException.class, "its links form a loop",
                    NotLinkException.class, "it is not a link",
                    AtomicMoveNotSupportedException.class,
                            "its file system cannot replace a file in one move",
                    ClosedByInterruptException.class, "interrupted",
                    EOFException.class, "it ends too early");

    /** Work on files. */
    @FunctionalInterface
    public interface Work<T> {
        T run() throws IOException;
    }

    /** Work on files that gives nothing back. */
    @FunctionalInterface
    public interface Action {
        void run() throws IOException;
    }

    private FileException(String message, IOException cause) {
        super(message, cause);
    }

    /**
     * Does work on a file; a failure is reported together with the work.
     *
     * @param what the work, as in {@code read the texts}
     * @throws FileException if it cannot be done
     * @throws IOException what the work throws to say it in words of its own
     */
    public static <T> T doing(String what, Path path, Work<T> work) throws IOException {
        try {
            return work.run();
        } catch (UncheckedIOException | DirectoryIteratorException e) {
            throw of(what, path, inside(e));
        } catch (IOException e) {
            throw of(what, path, e);
        }
    }

    /** The same for work that gives nothing back. */
    public static void acting(String what, Path path, Action work) throws IOException {
        doing(
                what,
                path,
                () -> {
                    work.run();
                    return path;
                });
    }

    /** The exception that names the failed work; a message of this library stays as it is. */
    public static IOException of(String what, Path path, IOException e) {
        boolean told =
                e.getClass().getPackageName().startsWith(OWN)
                        || (e.getClass() == IOException.class
                                && String.valueOf(e.getMessage()).startsWith(path.toString()));
        return told
                ? e
                : new FileException(path + ": cannot " + what + ": " + why(path.toString(), e), e);
    }

    /** The exception that one of Java's wraps to get through a stream. */
    public static IOException inside(RuntimeException e) {
        return e.getCause() instanceof IOException cause ? cause : new IOException(e);
    }

    /** Describes the failure in words: never a bare path, never nothing. */
    public static String words(IOException e) {
        if (e instanceof FileSystemException failed && failed.getFile() != null) {
            return failed.getFile() + ": " + why(failed.getFile(), e);
        }
        return why("", e);
    }

    /** The reason alone; another file than this one is named. */
    public static String why(String path, IOException e) {
        String text = text(e);
        boolean other =
                e instanceof FileSystemException failed
                        && failed.getFile() != null
                        && !failed.getFile().equals(path);
        return other ? text + " (" + ((FileSystemException) e).getFile() + ")" : text;
    }

    private static String text(IOException e) {
        String known = KINDS.get(e.getClass());
        String reason = e instanceof FileSystemException f ? f.getReason() : null;
        if (known != null) {
            return reason == null ? known : known + ": " + reason;
        }
        if (e instanceof FileSystemException) {
            return reason == null ? named(e) : reason;
        }
        if (e instanceof CharacterCodingException) {
            return "it is not text in UTF-8";
        }
        String message = e.getMessage();
        return message == null || message.isBlank() ? named(e) : message;
    }

    private static String named(@Nullable Throwable e) {
        return e == null
                ? "unknown"
                : e.getClass()
                        .getSimpleName()
                        .replaceAll("(?<=[a-z])(?=[A-Z])", " ")
                        .toLowerCase(java.util.Locale.ROOT);
    }
}
