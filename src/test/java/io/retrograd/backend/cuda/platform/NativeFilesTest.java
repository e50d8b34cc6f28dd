package io.retrograd.backend.cuda.platform;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Unpacking: at the same time, again, over a damaged file, and where it cannot be. */
class NativeFilesTest {
    private static final byte[] CONTENT = new byte[300_000];

    @TempDir private Path folder;

    @BeforeEach
    void needLinux() {
        assumeTrue(Host.here().supported(), "natives are unpacked on Linux on x86-64 only");
    }

    @Test
    void manyAtTheSameTime() throws Exception {
        Set<Path> files = ConcurrentHashMap.newKeySet();
        IntStream.range(0, 16).parallel().forEach(i -> files.add(unpack(CONTENT)));
        assertEquals(1, files.size());
        Path file = files.iterator().next();
        assertArrayEquals(CONTENT, Files.readAllBytes(file));
        try (Stream<Path> all = Files.walk(folder)) {
            assertEquals(List.of(file), all.filter(Files::isRegularFile).toList());
        }
    }

    @Test
    void whatWasDamagedIsReplacedAndTheRestStays() throws Exception {
        Path file = unpack(CONTENT);
        Object before = Files.readAttributes(file, "unix:ino").get("ino");
        unpack(CONTENT);
        assertEquals(before, Files.readAttributes(file, "unix:ino").get("ino"));
        Files.write(file, new byte[] {1});
        assertEquals(file, unpack(CONTENT));
        assertArrayEquals(CONTENT, Files.readAllBytes(file));
    }

    @Test
    void anotherContentLiesElsewhere() {
        assertFalse(unpack(CONTENT).equals(unpack(new byte[] {1, 2})));
    }

    @Test
    void aTemporaryFolderIsDeleted() throws Exception {
        NativeFiles files = NativeFiles.temporary();
        files.unpack(new ByteArrayInputStream(CONTENT), "library.so");
        files.delete();
        assertFalse(Files.exists(files.folder()));
    }

    @Test
    void aPathThatCannotBe() {
        assertThrows(IOException.class, () -> NativeFiles.in(Path.of("/proc/none")));
    }

    private Path unpack(byte[] content) {
        try {
            return NativeFiles.in(folder).unpack(new ByteArrayInputStream(content), "library.so");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
