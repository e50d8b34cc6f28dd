package io.retrograd.backend.cuda;

import io.retrograd.backend.cuda.platform.CudaPlatform;

/** Offers the CPU stand-in for CUDA, for tests of the code that runs on GPUs. */
public final class CudaStandinProvider extends CudaProvider {
    private static final int PRIORITY = -1;

    public CudaStandinProvider() {
        super(CudaPlatform.STANDIN, CudaStandinProvider::say);
    }

    /** Says nothing of compiling: it cannot tell what it has compiled before. */
    private static void say(String line) {
        if (!line.startsWith(KernelBuild.COMPILING)) {
            System.err.println(line);
        }
    }

    /** Last in every list. */
    @Override
    public int priority() {
        return PRIORITY;
    }

    /** Nobody wants to compute on it without knowing. */
    @Override
    public boolean automatic() {
        return false;
    }
}
