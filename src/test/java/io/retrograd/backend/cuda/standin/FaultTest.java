package io.retrograd.backend.cuda.standin;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Plants each fault in a JVM of its own, which the stand-in has to end with the right message. */
class FaultTest {
    @TempDir private Path folder;

    @ParameterizedTest
    @EnumSource
    void isCaught(Faults fault) throws IOException, InterruptedException {
        Gpu.assumeBuilt();
        Map<String, String> environment =
                Map.of(
                        "RETROGRAD_STANDIN_DELAYED",
                        fault.delayed() ? "1" : "0",
                        "RETROGRAD_STANDIN_RACES",
                        fault.global() ? "1" : "0",
                        "RETROGRAD_STANDIN_SEED",
                        Integer.toString(fault.seed()));
        Misuse.assertEnded(
                Faults.class, fault.name(), environment, folder.resolve("output"), fault.message);
    }
}
