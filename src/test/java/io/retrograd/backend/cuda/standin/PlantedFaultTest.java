package io.retrograd.backend.cuda.standin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is seen of the faults that the stand-in has on demand, each in a JVM of its own. */
class PlantedFaultTest {
    @TempDir private Path folder;

    @ParameterizedTest
    @EnumSource
    void aConvolutionHasIt(PlantedFaults fault) throws IOException, InterruptedException {
        assertSeen(PlantedFaults.class, fault.name(), fault.planted);
    }

    @ParameterizedTest
    @EnumSource
    void itBreaksTheContext(BrokenContexts fault) throws IOException, InterruptedException {
        assertSeen(BrokenContexts.class, fault.name(), fault.planted);
    }

    private void assertSeen(Class<?> main, String name, String planted)
            throws IOException, InterruptedException {
        Gpu.assumeBuilt();
        Map<String, String> environment = Map.of("RETROGRAD_STANDIN_FAULT", planted);
        Misuse.Ended ended = Misuse.run(main, name, environment, folder.resolve("output"));
        assertEquals(0, ended.status(), ended.said());
        assertTrue(ended.said().contains(PlantedFaults.SEEN), ended.said());
    }
}
