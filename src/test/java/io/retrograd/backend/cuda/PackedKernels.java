package io.retrograd.backend.cuda;

import io.retrograd.backend.cuda.platform.CudaPlatform;

/**
 * Loads all kernels and runs one. Run by {@link PackedKernelsTest} in a JVM of its own, with images
 * as a release has them on its class path: {@code PackedKernels PLATFORM}.
 */
final class PackedKernels {
    /** Said by a process whose kernels compute. */
    static final String WELL = "filled";

    private static final int N = 1000;

    private PackedKernels() {}

    public static void main(String[] args) {
        try (CudaContext gpu = new CudaContext(CudaPlatform.valueOf(args[0]), 0);
                CudaKernels kernels =
                        new CudaKernels(gpu, ElementType.FLOAT32, PackedKernels::say);
                CudaArray y = new CudaArray(ElementType.FLOAT32, N)) {
            kernels.get("fill").launch(gpu, Grid.over(N), y, 2.5f, (long) N);
            for (float value : y.floats(gpu)) {
                if (value != 2.5f) {
                    throw new IllegalStateException("expected 2.5, got " + value);
                }
            }
        }
        say(WELL);
    }

    private static void say(String line) {
        System.out.println(line);
    }
}
