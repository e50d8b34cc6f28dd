package io.retrograd.backend.cuda.platform;

import io.retrograd.file.Uninterrupted;
import io.retrograd.file.WholeFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Libraries unpacked from the class path.
 *
 * <p>They lie in a folder that only this user can write, each under the hash of its content: no
 * other user can put another library there, and two versions do not meet. A file appears whole, by
 * a rename, so that processes may start at the same time.
 */
final class NativeFiles {
    private static final int KEY_BYTES = 8;
    private static final String PRIVATE = "rwx------";

    private final Path folder;

    private NativeFiles(Path folder) {
        this.folder = folder;
    }

    /**
     * Unpacks into the cache.
     *
     * @throws IOException if it cannot be written, or others can write it
     */
    static NativeFiles in(Path cache) throws IOException {
        Path folder = cache.resolve("natives");
        WholeFile.createFolders(cache);
        WholeFile.createFolders(folder, ownerOnly());
        Object owner = Files.getAttribute(folder, "unix:uid");
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(folder);
        if (!owner.equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"))
                || permissions.contains(PosixFilePermission.GROUP_WRITE)
                || permissions.contains(PosixFilePermission.OTHERS_WRITE)) {
            throw new IOException(folder + ": other users can write it");
        }
        WholeFile.probe(folder);
        return new NativeFiles(folder);
    }

    /** Unpacks into a new folder of this process, to be deleted when all is loaded. */
    static NativeFiles temporary() throws IOException {
        return new NativeFiles(Files.createTempDirectory("retrograd-natives", ownerOnly()));
    }

    /** Deletes all files; what was loaded stays loaded. */
    void delete() throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    /** Where the files lie. */
    Path folder() {
        return folder;
    }

    /** The path of a library with this content and file name. */
    Path unpack(InputStream content, String name) throws IOException {
        byte[] bytes = content.readAllBytes();
        Path home = folder.resolve(hash(bytes));
        Path file = home.resolve(name);
        if (Files.isRegularFile(file)
                && Arrays.equals(Uninterrupted.run(() -> Files.readAllBytes(file)), bytes)) {
            return file;
        }
        WholeFile.createFolders(home, ownerOnly());
        WholeFile.write(file, bytes);
        return file;
    }

    private static FileAttribute<?> ownerOnly() {
        return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(PRIVATE));
    }

    private static String hash(byte[] bytes) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
            return HexFormat.of().formatHex(digest, 0, KEY_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
