package io.retrograd.backend.onednn;

import io.retrograd.file.FileException;
import io.retrograd.file.Uninterrupted;
import io.retrograd.file.WholeFile;
import io.retrograd.host.UserCache;
import io.retrograd.host.Warnings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Where native libraries are unpacked: {@code onednn} in the user's cache, if libraries can be
 * loaded from there, otherwise in a temporary folder, which takes longer and is reported.
 */
final class NativeFolder {
    private static final String JAVACPP = "org.bytedeco.javacpp.cachedir";
    private static final String JNA = "jna.tmpdir";
    private static final Path MOUNTS = Path.of("/proc/self/mounts");

    /** The size of oneDNN and its bindings when unpacked, with a margin. */
    private static final long NEEDED = 100L << 20;

    private NativeFolder() {}

    /**
     * Chooses the folder, unless the user has by the libraries' own properties, and has them unpack
     * there.
     *
     * @throws IllegalStateException if there is none; the message says what is wrong with each
     */
    static Path prepare() {
        String chosen = System.getProperty(JAVACPP);
        Path folder = chosen == null ? usable() : Path.of(chosen);
        System.setProperty(JAVACPP, folder.toString());
        if (System.getProperty(JNA) == null) {
            System.setProperty(JNA, folder.toString());
        }
        return folder;
    }

    private static Path usable() {
        Path cache = UserCache.folder().resolve("onednn");
        Optional<String> why = fault(cache);
        if (why.isEmpty()) {
            return cache;
        }
        Path instead = UserCache.temporary().resolve("onednn");
        Optional<String> also = fault(instead);
        if (also.isPresent()) {
            throw new IllegalStateException(
                    String.format(
                            "oneDNN: its libraries can be unpacked neither into %s (%s) nor into %s"
                                    + " (%s); %s",
                            cache, why.get(), instead, also.get(), UserCache.HOW_TO_MOVE));
        }
        Warnings.once(
                String.format(
                        "libraries cannot be unpacked into %s (%s), so each start unpacks them into"
                                + " %s; %s",
                        cache, why.get(), instead, UserCache.HOW_TO_MOVE));
        return instead;
    }

    /** Why libraries cannot be unpacked into a folder and loaded from there; empty if they can. */
    static Optional<String> fault(Path folder) {
        try {
            WholeFile.createFolders(folder);
            WholeFile.probe(folder);
            if (mountedNoexec(folder)) {
                return Optional.of("it is mounted noexec");
            }
            boolean empty = !Files.isRegularFile(mark(folder));
            long room = Files.getFileStore(folder).getUsableSpace();
            return empty && room < NEEDED
                    ? Optional.of(
                            room / (1 << 20) + " MiB are free, " + NEEDED / (1 << 20) + " wanted")
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.of(FileException.why(folder.toString(), e));
        }
    }

    /** Remembers that all libraries lie there. */
    static void unpacked(Path folder) {
        try {
            if (!Files.exists(mark(folder))) {
                WholeFile.write(mark(folder), new byte[0]);
            }
        } catch (IOException e) {
            // It is looked for room again.
        }
    }

    private static Path mark(Path folder) {
        return folder.resolve(".unpacked");
    }

    /** Whether Linux loads no code from a folder's file system; false where that is unknown. */
    private static boolean mountedNoexec(Path folder) {
        try {
            return noexec(folder.toRealPath(), Uninterrupted.run(() -> Files.readAllLines(MOUNTS)));
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Whether the file system of a folder is mounted noexec.
     *
     * @param mounts as in proc_mounts(5); of two at one place the later hides the other
     */
    static boolean noexec(Path real, List<String> mounts) {
        int deepest = -1;
        boolean noexec = false;
        for (String line : mounts) {
            String[] fields = line.split(" ");
            if (fields.length < 4 || !real.startsWith(place(fields))) {
                continue;
            }
            int depth = Path.of(place(fields)).getNameCount();
            if (depth >= deepest) {
                deepest = depth;
                noexec = Arrays.asList(fields[3].split(",")).contains("noexec");
            }
        }
        return noexec;
    }

    private static String place(String[] fields) {
        return fields[1].replace("\\040", " ");
    }
}
