package io.retrograd.backend.cuda.standin;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.retrograd.backend.cuda.CudaContext;
import io.retrograd.backend.cuda.platform.CudaPlatform;

/** The CPU stand-in for CUDA, for tests. */
public final class Gpu {
    private Gpu() {}

    /** Skips a test where the stand-in was not built. */
    public static void assumeBuilt() {
        assumeTrue(
                CudaPlatform.STANDIN.obstacle().isEmpty(),
                "the CPU stand-in for CUDA is not built: it wants cmake and g++");
    }

    /** Loads it; a test is skipped where it was not built. */
    public static void load() {
        assumeBuilt();
        CudaPlatform.STANDIN.require();
    }

    /** Opens it; a test is skipped where it was not built. */
    public static CudaContext open() {
        assumeBuilt();
        return new CudaContext(CudaPlatform.STANDIN, 0);
    }
}
