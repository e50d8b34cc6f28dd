package io.retrograd.parity;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.retrograd.backend.Backend;
import io.retrograd.backend.LowPrecision;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** PyTorch's numbers on the CPU backend. */
class CpuParityTest {
    @ParameterizedTest
    @ValueSource(strings = {"float32", "bf16", "fast-math"})
    void everyCasePassesOrIsUnsupported(String precision) throws IOException {
        List<ParityResult> failed = new ArrayList<>();
        try (Backend backend = LowPrecision.open(precision)) {
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
