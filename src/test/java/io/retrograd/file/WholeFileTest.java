package io.retrograd.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WholeFileTest {
    private static final String PART = ".retrograd-0.part";

    @TempDir private Path folder;

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void theOldFileOrTheNewOne() throws IOException {
        Faults.inject("a.txt", (at, v) -> WholeFile.write(at.resolve("a.txt"), "x".repeat(9 * v)));
    }

    /** A content that comes in pieces, of which one fails. */
    @Test
    void theOldFileOrTheNewOneInPieces() throws IOException {
        Faults.inject(
                "a.txt",
                (at, v) ->
                        WholeFile.write(
                                at.resolve("a.txt"),
                                out -> {
                                    for (int i = 0; i < 3; i++) {
                                        out.write(
                                                ("piece " + i * v)
                                                        .getBytes(StandardCharsets.UTF_8));
                                    }
                                }));
    }

    @Test
    void inFoldersThatAreNotThereYet() throws IOException {
        Faults.inject(
                "a/b/c.txt",
                (at, v) -> {
                    WholeFile.createFolders(at.resolve("a/b"));
                    WholeFile.write(at.resolve("a/b/c.txt"), "version " + v);
                });
    }

    @Test
    void contentThatFailsLeavesTheOldFile() throws IOException {
        Path file = folder.resolve("a.txt");
        WholeFile.write(file, "old");
        assertThrows(
                IllegalStateException.class,
                () ->
                        WholeFile.write(
                                file,
                                out -> {
                                    out.write(0);
                                    throw new IllegalStateException();
                                }));
        assertEquals("old", Files.readString(file));
        assertEquals(List.of("a.txt"), names());
    }

    @Test
    void linksStay() throws IOException {
        Path file = folder.resolve("a.txt");
        Files.writeString(file, "old");
        Path link = Files.createSymbolicLink(folder.resolve("link.txt"), file);
        WholeFile.write(link, "new");
        assertTrue(Files.isSymbolicLink(link));
        assertEquals("new", Files.readString(file));
    }

    @Test
    void messagesNameTheFile() throws IOException {
        refuses(folder, "a folder");
        refuses(Path.of("/dev/null"), "a pipe or device");
        refuses(folder.resolve("none/a.txt"), "its folder does not exist");
        refuses(Path.of("/"), "name of a file");
        assertTrue(names().isEmpty());
        Path file = Files.writeString(folder.resolve("a.txt"), "a");
        IOException e =
                assertThrows(IOException.class, () -> WholeFile.createFolders(file.resolve("b/c")));
        assertTrue(e.getMessage().contains(file.toString()), e.getMessage());
    }

    private static void refuses(Path path, String why) {
        IOException e = assertThrows(IOException.class, () -> WholeFile.write(path, "a"));
        assertTrue(e.getMessage().startsWith(path + ": cannot be written: "), e.getMessage());
        assertTrue(e.getMessage().contains(why), e.getMessage());
    }

    @Test
    void whatWasLeftBehindIsDeleted() throws IOException {
        Files.writeString(folder.resolve(PART), "half");
        Files.writeString(folder.resolve(".mine.part"), "another's");
        WholeFile.write(folder.resolve("a.txt"), "whole");
        assertEquals(List.of(".mine.part", "a.txt"), names());
    }

    /** A lock of this process stands for one of another. */
    @Test
    void whatIsBeingWrittenIsNot() throws IOException {
        try (FileChannel channel =
                        FileChannel.open(
                                folder.resolve(PART),
                                StandardOpenOption.CREATE,
                                StandardOpenOption.WRITE);
                FileLock lock = channel.lock()) {
            assertTrue(lock.isValid());
            WholeFile.write(folder.resolve("a.txt"), "whole");
            assertEquals(List.of(PART, "a.txt"), names());
        }
        WholeFile.clean(folder);
        assertEquals(List.of("a.txt"), names());
    }

    @Test
    void severalMayWriteAtOnce() throws Exception {
        Path file = folder.resolve("a.txt");
        List<Thread> threads = new ArrayList<>();
        List<Throwable> thrown = Collections.synchronizedList(new ArrayList<>());
        for (int i = 0; i < 4; i++) {
            String content = Integer.toString(i).repeat(5000);
            Thread thread =
                    new Thread(
                            () -> {
                                try {
                                    for (int j = 0; j < 25; j++) {
                                        WholeFile.write(file, content);
                                        assertEquals(
                                                1,
                                                Files.readString(file).chars().distinct().count());
                                    }
                                } catch (IOException | AssertionError e) {
                                    thrown.add(e);
                                }
                            });
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(List.of(), thrown);
        assertEquals(List.of("a.txt"), names());
        assertTrue(WholeFile.WRITTEN.isEmpty());
    }

    @Test
    void aNameThatIsTakenIsTold() throws IOException {
        assertTrue(WholeFile.createFolder(folder.resolve("a")));
        assertFalse(WholeFile.createFolder(folder.resolve("a")));
    }
}
