package io.retrograd.fuzz;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.file.MemoryFolder;
import io.retrograd.parity.ParityResult;
import io.retrograd.parity.ParityRunner;
import java.nio.file.Path;

/** A parity case: the end is a result of one line. */
public final class ParityFuzz {
    private static final Backend BACKEND = Backends.open("reference", "float64", /* threads= */ 1);

    private ParityFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        Path path = MemoryFolder.file("x.safetensors", input);
        Contract.check(
                input.length,
                () -> {
                    ParityResult result = new ParityRunner(BACKEND).run(path);
                    String detail = result.detail();
                    if (detail.isBlank()
                            || detail.contains("\n")
                            || detail.startsWith("could not be run")) {
                        throw new AssertionError(detail);
                    }
                });
    }
}
