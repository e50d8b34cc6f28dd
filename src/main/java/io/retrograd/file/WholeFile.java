package io.retrograd.file;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Files that are written whole or not at all.
 *
 * <ol>
 *   <li>The content goes into a {@link Part}, a hidden file in the same folder.
 *   <li>The part is forced onto the disk, and only then takes the file's name, in one move.
 *   <li>The folder is forced too, so that the new name outlives a power cut.
 * </ol>
 *
 * <p>Whenever that stops, the file has its old content or the new one. What stops it may leave the
 * part behind; the next write into the folder deletes it.
 */
public final class WholeFile {
    /** The parts that this process writes now: others' locks on them are not to be asked. */
    static final Set<Path> WRITTEN = ConcurrentHashMap.newKeySet();

    private WholeFile() {}

    /** The content of a file. */
    @FunctionalInterface
    public interface Content {
        /** Writes all of it; once more if the thread is interrupted meanwhile. */
        void write(OutputStream out) throws IOException;
    }

    /**
     * Writes a file, in place of one that may be there.
     *
     * @throws IOException if it cannot be written, is something other than a file, or may not be
     *     changed; the message names it. What was there before is there still.
     */
    public static void write(Path path, Content content) throws IOException {
        try {
            Path target = target(path);
            Path folder = parent(target);
            clean(folder);
            Uninterrupted.run(() -> replace(target, folder, content));
            force(folder);
        } catch (IOException e) {
            throw unwritable(path, e);
        }
    }

    private static Path replace(Path target, Path folder, Content content) throws IOException {
        try (Part part = Part.open(folder)) {
            content.write(Channels.newOutputStream(part.channel()));
            part.channel().force(/* metaData= */ true);
            return Files.move(
                    part.path(),
                    target,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        }
    }

    public static void write(Path path, byte[] content) throws IOException {
        write(path, out -> out.write(content));
    }

    /** Writes this text, in UTF-8. */
    public static void write(Path path, CharSequence content) throws IOException {
        write(path, content.toString().getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Creates a folder and those above it that are missing. One that is there is left as it is.
     *
     * @param attributes the attributes of folders that it creates
     */
    public static void createFolders(Path path, FileAttribute<?>... attributes) throws IOException {
        Deque<Path> missing = new ArrayDeque<>();
        Path folder = path.toAbsolutePath();
        while (folder != null && !Files.isDirectory(folder)) {
            missing.push(folder);
            folder = folder.getParent();
        }
        for (Path next : missing) {
            if (!createFolder(next, attributes) && !Files.isDirectory(next)) {
                throw new FileSystemException(
                        next.toString(), null, "expected a folder, got something else");
            }
        }
    }

    /**
     * Creates a folder in one that is there.
     *
     * @return false if its name is taken
     * @throws IOException if it cannot be created
     */
    public static boolean createFolder(Path path, FileAttribute<?>... attributes)
            throws IOException {
        try {
            Files.createDirectory(path, attributes);
        } catch (FileAlreadyExistsException e) {
            return false;
        } catch (IOException e) {
            throw unwritable(path, e);
        }
        force(path.toAbsolutePath().getParent());
        return true;
    }

    /**
     * Tries to write in a folder; leaves nothing there.
     *
     * @throws IOException if it cannot be written in
     */
    public static void probe(Path folder) throws IOException {
        try (Part part = Part.open(folder.toRealPath())) {
            Channels.newOutputStream(part.channel()).write(0);
        } catch (IOException e) {
            throw unwritable(folder, e);
        }
    }

    /**
     * Deletes what was left behind where writing was stopped. What cannot be deleted stays: nobody
     * reads it.
     */
    public static void clean(Path folder) {
        try (DirectoryStream<Path> parts = Files.newDirectoryStream(folder, Part.GLOB)) {
            for (Path part : parts) {
                if (!WRITTEN.contains(part)) {
                    Part.deleteIfLeft(part);
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            // The next write tries again.
        }
    }

    /** The file that will be replaced: a link stays, and what it leads to changes. */
    private static Path target(Path path) throws IOException {
        Path name = path.getFileName();
        if (name == null) {
            throw new FileSystemException(path.toString(), null, "expected the name of a file");
        }
        if (!Files.exists(path)) {
            // The folder's one name, so that the path alone says who writes in it.
            return parent(path).toRealPath().resolve(name);
        }
        if (!Files.isRegularFile(path)) {
            String what = Files.isDirectory(path) ? "a folder" : "a pipe or device";
            throw new FileSystemException(
                    path.toString(), null, "expected a regular file, got " + what);
        }
        if (!Files.isWritable(path)) {
            throw new AccessDeniedException(path.toString());
        }
        return path.toRealPath();
    }

    private static Path parent(Path file) {
        return Objects.requireNonNull(file.toAbsolutePath().getParent(), "a file has a folder");
    }

    /** Has a folder's names outlive a power cut, where the system offers that. */
    static void force(@Nullable Path folder) {
        if (folder == null) {
            return;
        }
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(/* metaData= */ true);
        } catch (IOException e) {
            // Not every system can. The file is whole either way, under its old name or the new.
        }
    }

    static IOException unwritable(Path path, IOException e) {
        String why =
                e instanceof NoSuchFileException
                        ? "its folder does not exist"
                        : FileException.why(path.toString(), e);
        return new IOException(path + ": cannot be written: " + why, e);
    }
}
