package io.retrograd.bench;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Parameters;
import io.retrograd.backend.cuda.CudaArray;
import io.retrograd.backend.cuda.CudaContext;
import io.retrograd.backend.cuda.CudaKernel;
import io.retrograd.backend.cuda.ElementType;
import io.retrograd.backend.cuda.Grid;
import io.retrograd.backend.cuda.platform.CudaPlatform;
import io.retrograd.bind.BindOptions;
import io.retrograd.bind.Binder;
import io.retrograd.bind.Binding;
import io.retrograd.layer.Linear;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * The most that a machine does: a large matrix product by our backend, and a large copy.
 *
 * <p>The product is y (M, M) = x (M, M) Wᵀ (M, M), 2 M³ operations. The copy reads and writes each
 * byte once, and counts both: on a CPU by {@code System.arraycopy}, each thread its own part; on a
 * GPU by a kernel. Of each the fastest run counts, as others' work can only make it slower.
 */
@Command(name = "ceilings")
final class CeilingsProbe implements Callable<Integer> {
    private static final int CPU_SIZE = 2048;
    private static final int GPU_SIZE = 8192;

    /** The size of the product and of the copy on the stand-in, whose times mean nothing. */
    private static final int STANDIN_SIZE = 64;

    private static final int STANDIN_COPIED = 1 << 16;

    /** Floats that are copied: far more than caches hold. */
    private static final int COPIED = 1 << 26;

    private static final int GPU_COPIES = 10;
    private static final String COPY =
            """
            __global__ void copy(const float* x, float* y, long long n) {
                long long i = (long long)blockIdx.x * blockDim.x + threadIdx.x;
                if (i < n) y[i] = x[i];
            }
            """;

    @Mixin private DeviceOptions device = new DeviceOptions();

    @Option(names = "--seconds", required = true)
    private double seconds;

    @Option(names = "--size", description = "M. Default: 2048, on a GPU 8192.")
    private int asked;

    @Override
    public Integer call() {
        boolean standin = device.name.equals(CudaPlatform.STANDIN.device());
        int usual = standin ? STANDIN_SIZE : device.gpu() ? GPU_SIZE : CPU_SIZE;
        int size = asked == 0 ? usual : asked;
        int copied = standin ? STANDIN_COPIED : COPIED;
        double product = product(size);
        double copy = device.gpu() ? gpuCopy(copied) : cpuCopy();
        Probe.print(
                Map.of(
                        "product_size",
                        size,
                        "flops",
                        2.0 * size * size * size / product,
                        "copied_bytes",
                        (long) Float.BYTES * copied,
                        "bytes",
                        2.0 * Float.BYTES * copied / copy));
        return 0;
    }

    private double product(int size) {
        Linear layer = new Linear(size);
        try (Backend backend = device.open();
                Parameters parameters = new Parameters(backend, /* seed= */ 1)) {
            Binder binder = new Binder(parameters, BindOptions.infer());
            Tensor x = binder.input(Shape.of(size, size));
            binder.keep(layer.bind(binder, x));
            try (Binding binding = binder.commit()) {
                x.setAll(i -> 1);
                return Deadline.fastest(
                        () -> {
                            binding.forward();
                            backend.synchronize();
                        },
                        seconds);
            }
        }
    }

    private double cpuCopy() {
        ExecutorService pool = Executors.newFixedThreadPool(device.threads());
        try {
            List<Callable<Void>> parts = new ArrayList<>();
            for (int i = 0; i < device.threads(); i++) {
                float[] from = new float[COPIED / device.threads()];
                float[] to = new float[from.length];
                parts.add(
                        () -> {
                            System.arraycopy(from, 0, to, 0, from.length);
                            return null;
                        });
            }
            return Deadline.fastest(() -> all(pool, parts), seconds);
        } finally {
            pool.shutdown();
        }
    }

    private static void all(ExecutorService pool, List<Callable<Void>> parts) {
        try {
            for (Future<Void> part : pool.invokeAll(parts)) {
                part.get();
            }
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Not yet run on a GPU. */
    private double gpuCopy(int count) {
        CudaPlatform platform =
                device.name.equals(CudaPlatform.MACHINE.device())
                        ? CudaPlatform.MACHINE
                        : CudaPlatform.STANDIN;
        try (CudaContext gpu = new CudaContext(platform, 0);
                CudaArray x = CudaArray.of(new float[count]);
                CudaArray y = new CudaArray(ElementType.FLOAT32, count);
                CudaKernel copy = CudaKernel.compile(COPY, "copy")) {
            return Deadline.fastest(
                            () -> {
                                for (int i = 0; i < GPU_COPIES; i++) {
                                    copy.launch(gpu, Grid.over(count), x, y, (long) count);
                                }
                                gpu.synchronize();
                            },
                            seconds)
                    / GPU_COPIES;
        }
    }
}
