package io.retrograd.backend.cuda.standin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Plants each misuse in a JVM of its own, which the stand-in has to end with the right message. */
class LibraryFaultTest {
    private static final int ENDED_BY_STANDIN = 134;
    private static final int SECONDS = 300;

    @TempDir private Path folder;

    @ParameterizedTest
    @EnumSource
    void isCaught(LibraryFaults fault) throws IOException, InterruptedException {
        Libraries.open().close();
        Path output = folder.resolve("output");
        Process child =
                new ProcessBuilder(
                                List.of(
                                        Path.of(System.getProperty("java.home"), "bin", "java")
                                                .toString(),
                                        "-Xmx64m",
                                        "-XX:TieredStopAtLevel=1",
                                        "-XX:+UseSerialGC",
                                        "-cp",
                                        System.getProperty("java.class.path"),
                                        LibraryFaults.class.getName(),
                                        fault.name()))
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
        try {
            assertTrue(child.waitFor(SECONDS, TimeUnit.SECONDS), "it hangs");
        } finally {
            child.destroyForcibly();
        }
        String said = Files.readString(output, StandardCharsets.UTF_8);
        boolean sound = fault.message.isEmpty();
        assertEquals(sound ? 0 : ENDED_BY_STANDIN, child.exitValue(), said);
        assertTrue(said.contains(fault.message), said);
    }
}
