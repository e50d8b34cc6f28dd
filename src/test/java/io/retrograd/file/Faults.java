package io.retrograd.file;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.file.Disk.Fault;
import io.retrograd.file.Disk.Loss;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Stops a writer at each operation on the disk, in each way, and looks at what is left: the old
 * file or the new one, complete, and nothing else once it was written again.
 */
public final class Faults {
    private static final int SHORT = 7;
    private static final int MOST_OPERATIONS = 100_000;

    /** Something that writes a file. */
    public interface Writer {
        /**
         * Writes the file.
         *
         * @param version decides its content
         */
        void write(Path folder, int version) throws IOException;
    }

    private final String file;
    private final Writer writer;
    private final boolean reports;

    private final byte[] rewritten;
    private final List<String> names;

    private Faults(String file, Writer writer, boolean reports) throws IOException {
        this.file = file;
        this.writer = writer;
        this.reports = reports;
        Disk last = written(3, Integer.MAX_VALUE);
        rewritten = content(last);
        names = names(last);
    }

    /** For a writer that throws where it fails. */
    public static void inject(String file, Writer writer) throws IOException {
        new Faults(file, writer, /* reports= */ true).run();
    }

    /** For a writer whose file may as well not be there. */
    public static void injectIntoCache(String file, Writer writer) throws IOException {
        new Faults(file, writer, /* reports= */ false).run();
    }

    private void run() throws IOException {
        for (boolean there : new boolean[] {false, true}) {
            for (int most : new int[] {Integer.MAX_VALUE, SHORT}) {
                byte[] before = there ? content(written(1, most)) : null;
                byte[] after = content(written(2, most));
                for (Fault fault : Fault.values()) {
                    everywhere(fault, there, most, before, after);
                }
            }
        }
    }

    private void everywhere(
            Fault fault, boolean there, int most, byte @Nullable [] before, byte[] after)
            throws IOException {
        for (int n = 1; n < MOST_OPERATIONS; n++) {
            Disk disk = there ? written(1, most).after(Loss.NOTHING) : empty();
            disk.shorten(most);
            disk.fail(fault, n);
            boolean thrown = !write(disk, 2);
            boolean reached = disk.operations() >= n;
            boolean sure = !reached || (!thrown && reports && fault != Fault.CUT);
            String where = String.format("%s at operation %d, old file %b: ", fault, n, there);
            if (fault == Fault.CUT || !reached) {
                for (Loss loss : Loss.values()) {
                    check(where + loss, disk.after(loss), before, after, sure);
                }
            }
            disk.heal();
            if (fault != Fault.CUT) {
                check(where, disk, before, after, sure);
            }
            if (!reached || fault == Fault.NONE) {
                return;
            }
        }
        throw new AssertionError("it writes for ever");
    }

    private void check(
            String where, Disk disk, byte @Nullable [] before, byte[] after, boolean sure)
            throws IOException {
        byte[] found = content(disk);
        boolean whole = Arrays.equals(found, after) || (!sure && Arrays.equals(found, before));
        assertTrue(whole, where + ": found " + describe(found));
        assertTrue(write(disk, 3), where + ": cannot be written again");
        assertEquals(names, names(disk), where);
        assertArrayEquals(rewritten, content(disk), where + ": another file");
    }

    private static String describe(byte @Nullable [] found) {
        return found == null ? "none" : found.length + " bytes";
    }

    private static Disk empty() throws IOException {
        Disk disk = new Disk();
        Files.createDirectory(disk.path("/folder"));
        return disk.after(Loss.NOTHING);
    }

    /** A disk on which the version was written. */
    private Disk written(int version, int most) throws IOException {
        Disk disk = empty();
        disk.shorten(most);
        assertTrue(write(disk, version));
        assertNotNull(content(disk), "writes " + file);
        return disk;
    }

    private boolean write(Disk disk, int version) {
        try {
            writer.write(disk.path("/folder"), version);
            return true;
        } catch (IOException | UncheckedIOException e) {
            return false;
        }
    }

    /** The file's bytes, without the lines that {@link java.util.Properties} dates. */
    private byte @Nullable [] content(Disk disk) throws IOException {
        Path path = disk.path("/folder").resolve(file);
        if (!Files.exists(path)) {
            return null;
        }
        String text = new String(Files.readAllBytes(path), StandardCharsets.ISO_8859_1);
        return text.replaceAll("(?m)^#.*$", "#").getBytes(StandardCharsets.ISO_8859_1);
    }

    private static List<String> names(Disk disk) throws IOException {
        List<String> names = new ArrayList<>();
        try (Stream<Path> paths = Files.walk(disk.path("/folder"))) {
            paths.forEach(path -> names.add(path.toString()));
        }
        names.sort(null);
        return names;
    }
}
