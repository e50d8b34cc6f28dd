package io.retrograd.backend.cuda.standin;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Plants each misuse in a JVM of its own, which the stand-in has to end with the right message. */
class LibraryFaultTest {
    @TempDir private Path folder;

    @ParameterizedTest
    @EnumSource
    void isCaught(LibraryFaults fault) throws IOException, InterruptedException {
        Gpu.assumeBuilt();
        Misuse.assertEnded(
                LibraryFaults.class,
                fault.name(),
                Map.of("RETROGRAD_STANDIN_DELAYED", "0"),
                folder.resolve("output"),
                fault.message);
    }
}
