package io.retrograd.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/**
 * A file that is being written, under a name that nobody reads. Its writer has it locked, so a part
 * that can be locked was left behind.
 *
 * <p>Closing deletes it unless it was moved.
 */
record Part(Path path, FileChannel channel) implements AutoCloseable {
    /** The names of all parts. */
    static final String GLOB = ".retrograd-*.part";

    private static final int TRIES = 16;

    static Part open(Path folder) throws IOException {
        for (int i = 0; i < TRIES; i++) {
            Path path = folder.resolve(GLOB.replace("*", UUID.randomUUID().toString()));
            WholeFile.WRITTEN.add(path);
            try {
                FileChannel channel =
                        FileChannel.open(
                                path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
                Part part = new Part(path, channel);
                // Another process may have found it before it was locked, and deleted it.
                if (part.lock() && Files.exists(path)) {
                    return part;
                }
                part.close();
            } catch (IOException | RuntimeException e) {
                WholeFile.WRITTEN.remove(path);
                throw e;
            }
        }
        throw new IOException("another process deletes what is written here");
    }

    /** Whether nobody else has it; true too where files cannot be locked. */
    private boolean lock() {
        try {
            return channel.tryLock() != null;
        } catch (IOException | UnsupportedOperationException e) {
            return true;
        }
    }

    /** Deletes a part if nobody writes it. */
    static void deleteIfLeft(Path path) {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            if (lock != null) {
                Files.deleteIfExists(path);
            }
        } catch (IOException | OverlappingFileLockException | UnsupportedOperationException e) {
            // It may be written still.
        }
    }

    @Override
    public void close() throws IOException {
        try (channel) {
            Files.deleteIfExists(path);
        } finally {
            WholeFile.WRITTEN.remove(path);
        }
    }
}
