package io.retrograd.operation;

import java.util.ArrayList;
import java.util.List;

/**
 * CUDA C++ that computes a {@link CustomFunction} on an NVIDIA GPU, in place of its Java methods,
 * which stay what it is held against.
 *
 * <pre>{@code
 * CudaSource.of("""
 *         __global__ void square(const real* x, real* y, long long n) {
 *             long long i = (long long)blockIdx.x * blockDim.x + threadIdx.x;
 *             if (i < n) y[i] = x[i] * x[i];
 *         }
 *         __global__ void square_backward(const real* x, const real* dy, real* dx, long long n) {
 *             long long i = (long long)blockIdx.x * blockDim.x + threadIdx.x;
 *             if (i < n) dx[i] = 2 * x[i] * dy[i];
 *         }
 *         """)
 *         .forward("square")
 *         .backward("square_backward")
 * }</pre>
 *
 * <p>The name of a kernel's parameter says what it is given. Arrays are row-major; {@code real} is
 * float or double, as the precision asks for; what a kernel writes is not {@code const}.
 *
 * <pre>
 *   x, y, dy, dx         input, output, and their gradients; forward writes y, backward dx
 *   w, dw                the parameter that is named w, and its gradient, which backward writes
 *   n                    elements of the array that the kernel writes, the first if several
 *   x_size, x_dim0, ...  elements of x, and its sizes; so for y and each parameter
 * </pre>
 *
 * <p>Forward must write y, backward dx and the gradient of each parameter, every element, by as
 * many kernels as it takes; they run in the order in which they are named. Each has a thread, or a
 * block, for each of {@code n} elements, blocks having 256. As in Java, backward overwrites.
 *
 * @param source CUDA C++; the standard headers are not there
 * @param forward kernels that compute y
 * @param backward kernels that compute the gradients
 */
public record CudaSource(String source, List<Kernel> forward, List<Kernel> backward) {
    /**
     * A {@code __global__} function of the source.
     *
     * @param name in the source
     * @param block whether each element has a block of 256 threads, and not a thread
     */
    public record Kernel(String name, boolean block) {}

    public CudaSource {
        forward = List.copyOf(forward);
        backward = List.copyOf(backward);
    }

    /** A source; the methods below name its kernels. */
    public static CudaSource of(String source) {
        return new CudaSource(source, List.of(), List.of());
    }

    /** One more kernel forward, with a thread for each element that it writes. */
    public CudaSource forward(String kernel) {
        return new CudaSource(source, with(forward, kernel, /* block= */ false), backward);
    }

    /** One more kernel backward, with a thread for each element that it writes. */
    public CudaSource backward(String kernel) {
        return new CudaSource(source, forward, with(backward, kernel, /* block= */ false));
    }

    /** One more kernel forward, with a block for each element that it writes: for sums. */
    public CudaSource forwardByBlocks(String kernel) {
        return new CudaSource(source, with(forward, kernel, /* block= */ true), backward);
    }

    /** One more kernel backward, with a block for each element that it writes: for sums. */
    public CudaSource backwardByBlocks(String kernel) {
        return new CudaSource(source, forward, with(backward, kernel, /* block= */ true));
    }

    private static List<Kernel> with(List<Kernel> kernels, String name, boolean block) {
        List<Kernel> more = new ArrayList<>(kernels);
        more.add(new Kernel(name, block));
        return more;
    }
}
