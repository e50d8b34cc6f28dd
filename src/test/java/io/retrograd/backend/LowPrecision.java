package io.retrograd.backend;

import org.junit.jupiter.api.Assumptions;

/** Precisions below float32, which only some CPUs have. */
public final class LowPrecision {
    private LowPrecision() {}

    /**
     * Opens the CPU, deterministic, on one thread; where it has no such numbers, the test is
     * skipped and says what is missing.
     */
    public static Backend open(String precision) {
        try {
            return Backends.open("cpu", OpenOptions.of(precision).threads(1).deterministic(true));
        } catch (IllegalStateException e) {
            String message = String.valueOf(e.getMessage());
            if (!message.contains("expected a CPU with")) {
                throw e;
            }
            return Assumptions.abort(message);
        }
    }
}
