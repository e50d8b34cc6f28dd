package io.retrograd.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UninterruptedTest {
    @TempDir Path folder;

    @AfterEach
    void clearInterrupt() {
        Thread.interrupted();
    }

    @Test
    void anInterruptedThreadReadsAndWrites() throws IOException {
        Path file = folder.resolve("a");
        Files.writeString(file, "before");
        Thread.currentThread().interrupt();
        assertThrows(ClosedByInterruptException.class, () -> content(file));
        assertEquals("before", Uninterrupted.run(() -> content(file)));
        assertTrue(Thread.currentThread().isInterrupted());
        WholeFile.write(file, "after");
        assertEquals("after", Uninterrupted.run(() -> content(file)));
        assertTrue(Thread.interrupted());
    }

    private static String content(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file)) {
            ByteBuffer buffer = ByteBuffer.allocate((int) channel.size());
            channel.read(buffer);
            return new String(buffer.array(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void anInterruptInBetweenRunsItAgain() throws IOException {
        AtomicInteger runs = new AtomicInteger();
        int result =
                Uninterrupted.run(
                        () -> {
                            if (runs.incrementAndGet() < 3) {
                                Thread.currentThread().interrupt();
                                throw new ClosedByInterruptException();
                            }
                            assertFalse(Thread.currentThread().isInterrupted());
                            return 7;
                        });
        assertEquals(7, result);
        assertTrue(Thread.interrupted());
    }

    @Test
    void otherFailuresAreTold() {
        assertThrows(
                NoSuchFileException.class,
                () -> Uninterrupted.run(() -> Files.readString(folder.resolve("none"))));
        assertFalse(Thread.interrupted());
    }
}
