package io.retrograd.backend.cuda.standin;

import io.retrograd.backend.Required;
import io.retrograd.backend.cuda.CudaContext;
import io.retrograd.backend.cuda.platform.CudaPlatform;

/** The CPU stand-in for CUDA, for tests; with {@code -Drequire=cuda} the machine's GPU. */
public final class Gpu {
    /** What tests of CUDA run on. */
    public static final CudaPlatform PLATFORM =
            Required.is(CudaPlatform.MACHINE.device())
                    ? CudaPlatform.MACHINE
                    : CudaPlatform.STANDIN;

    private Gpu() {}

    /** Skips a test where the stand-in was not built, unless it is required. */
    public static void assumeBuilt() {
        Required.assume(
                CudaPlatform.STANDIN.device(),
                CudaPlatform.STANDIN.obstacle().isEmpty(),
                "the CPU stand-in for CUDA is not built: it wants cmake and g++");
    }

    /** Loads it; a test is skipped where there is no stand-in, and fails without the GPU. */
    public static void load() {
        if (PLATFORM == CudaPlatform.STANDIN) {
            assumeBuilt();
        }
        PLATFORM.require();
    }

    /** Opens it; a test is skipped where there is no stand-in, and fails without the GPU. */
    public static CudaContext open() {
        load();
        return new CudaContext(PLATFORM, 0);
    }
}
