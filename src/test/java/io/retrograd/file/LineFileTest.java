package io.retrograd.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.file.Disk.Fault;
import io.retrograd.file.Disk.Loss;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LineFileTest {
    private static final int LINES = 4;
    private static final int SHORT = 3;

    @TempDir private Path folder;

    private static String line(int i) {
        return "{\"line\": " + i + "}";
    }

    /** All that was added is there, in order; of what was being added, a whole line or none. */
    @Test
    void addedLinesOutliveFaults() throws IOException {
        for (Fault fault : Fault.values()) {
            int n = 0;
            boolean reached = true;
            while (reached) {
                Disk disk = new Disk();
                disk.shorten(SHORT);
                disk.fail(fault, ++n);
                int added = addUntilItFails(disk, n);
                reached = disk.operations() >= n && fault != Fault.NONE;
                for (Loss loss : fault == Fault.CUT ? Loss.values() : new Loss[] {Loss.NOTHING}) {
                    check(fault + " at " + n + ", lost " + loss, disk.after(loss), added);
                }
            }
        }
    }

    /** Adds lines until the n-th operation was, and returns how many were sure to be there. */
    private static int addUntilItFails(Disk disk, int n) {
        int added = 0;
        try {
            while (added < LINES) {
                LineFile.append(disk.path("/lines"), line(added));
                if (disk.operations() >= n) {
                    return added;
                }
                added++;
            }
        } catch (IOException e) {
            return added;
        }
        return added;
    }

    private static void check(String where, Disk disk, int added) throws IOException {
        Path file = disk.path("/lines");
        LineFile.append(file, "last");
        List<String> lines = Files.readAllLines(file);
        int found = lines.size() - 1;
        assertTrue(found == added || found == added + 1, where + ": " + lines);
        for (int i = 0; i < found; i++) {
            assertEquals(line(i), lines.get(i), where);
        }
        assertEquals("last", lines.get(found), where);
    }

    @Test
    void aLastLineWithoutEndIsReplaced() throws IOException {
        Path file = folder.resolve("lines");
        for (String torn : List.of("", "{\"a\": ", "x".repeat(10_000))) {
            Files.writeString(file, "whole\n" + torn);
            LineFile.append(file, "next");
            assertEquals("whole\nnext\n", Files.readString(file));
            Files.writeString(file, torn);
            LineFile.append(file, "next");
            assertEquals("next\n", Files.readString(file));
        }
    }

    @Test
    void refuses() {
        Path file = folder.resolve("none/lines");
        IOException e = assertThrows(IOException.class, () -> LineFile.append(file, "a"));
        assertEquals(file + ": cannot be written: its folder does not exist", e.getMessage());
        assertThrows(IllegalArgumentException.class, () -> LineFile.append(file, "two\nlines"));
    }
}
