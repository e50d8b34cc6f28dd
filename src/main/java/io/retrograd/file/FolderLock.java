package io.retrograd.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Says that this process works in a folder, and no other may: a lock on a hidden file in it, which
 * goes with the process, however that ends. Closing it ends it too.
 */
public final class FolderLock implements AutoCloseable {
    private static final String NAME = ".retrograd-lock";

    private final FileChannel channel;

    private FolderLock(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Takes the lock of a folder. Where the file system has no locks, anybody gets it.
     *
     * @return null if somebody has it
     * @throws IOException if the folder cannot be written in
     */
    public static @Nullable FolderLock take(Path folder) throws IOException {
        FileChannel channel;
        try {
            channel =
                    FileChannel.open(
                            folder.resolve(NAME),
                            StandardOpenOption.CREATE,
                            StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw WholeFile.unwritable(folder, e);
        }
        if (locked(channel)) {
            return new FolderLock(channel);
        }
        channel.close();
        return null;
    }

    /** Deletes the file that the lock was on. */
    public static void forget(Path folder) throws IOException {
        Files.deleteIfExists(folder.resolve(NAME));
    }

    private static boolean locked(FileChannel channel) {
        try {
            FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false;
        } catch (IOException | UnsupportedOperationException e) {
            return true;
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
