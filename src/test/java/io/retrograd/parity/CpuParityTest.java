package io.retrograd.parity;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** PyTorch's numbers on the CPU backend, in float32. */
class CpuParityTest {
    @Test
    void everyCasePassesOrIsUnsupported() throws IOException {
        List<ParityResult> failed = new ArrayList<>();
        try (Backend backend = Backends.open("cpu", "float32", 2, /* deterministic= */ true)) {
            ParityRunner runner = new ParityRunner(backend);
            for (Path file : ParityCases.files()) {
                ParityResult result = runner.run(file);
                if (result.status() == ParityResult.Status.FAILED) {
                    failed.add(result);
                }
            }
        }
        assertEquals(List.of(), failed);
    }
}
