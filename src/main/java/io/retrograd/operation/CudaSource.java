package io.retrograd.operation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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
 *   a                    the constant that is named a
 * </pre>
 *
 * <p>Forward must write y, backward dx and the gradient of each parameter, every element, by as
 * many kernels as it takes; they run in the order in which they are named. As in Java, backward
 * overwrites: a kernel that adds needs one before it that writes zeros.
 *
 * <p>A kernel has blocks of 256 threads, and a thread for each of {@code n} elements, unless its
 * name is followed by a launch as CUDA writes it, {@code name<<<blocks, threads, bytes of shared
 * memory>>>}. Each number is a whole number, or one of the names above, or that divided by a whole
 * number and rounded up; blocks and threads may be of two or three dimensions: {@code
 * rows<<<(x_dim0, x_dim1/8), (32, 8), 1024>>>}.
 *
 * @param source CUDA C++; the standard headers are not there
 * @param forward kernels that compute y
 * @param backward kernels that compute the gradients
 * @param input what the kernels call x
 * @param constants further numbers that kernels may take, by name
 * @param apart whether each array lies in memory of its own, of exactly its bytes, so that what
 *     watches accesses sees one out of bounds; slower
 */
public record CudaSource(
        String source,
        List<Kernel> forward,
        List<Kernel> backward,
        String input,
        Map<String, Double> constants,
        boolean apart) {
    private static final String BY_BLOCKS = "<<<n, 256>>>";

    /**
     * A {@code __global__} function of the source, and its launch.
     *
     * @param name in the source
     * @param blocks one to three sizes of the grid
     * @param threads one to three sizes of a block
     * @param shared bytes of dynamic shared memory
     */
    public record Kernel(String name, List<String> blocks, List<String> threads, String shared) {
        private static final Pattern LAUNCH = Pattern.compile("(.*?)<<<(.*)>>>", Pattern.DOTALL);
        private static final Pattern SIZES =
                Pattern.compile("\\(([^()]*)\\)\\s*(?:,|$)|([^,()]+)(?:,|$)");
        private static final int MOST = 3;

        public Kernel {
            blocks = List.copyOf(blocks);
            threads = List.copyOf(threads);
        }

        /**
         * Reads a name, perhaps with a launch.
         *
         * @throws IllegalArgumentException for a launch that is not as CUDA writes it
         */
        public static Kernel of(String text) {
            Matcher launch = LAUNCH.matcher(text.strip());
            if (!launch.matches()) {
                return new Kernel(text.strip(), List.of("n/256"), List.of("256"), "0");
            }
            List<List<String>> sizes = new ArrayList<>();
            Matcher each = SIZES.matcher(launch.group(2).strip());
            int end = 0;
            while (each.find() && each.start() == end) {
                end = each.end();
                String list = each.group(1) == null ? each.group(2) : each.group(1);
                sizes.add(Arrays.stream(list.split(",", -1)).map(String::strip).toList());
            }
            boolean whole = end == launch.group(2).strip().length();
            if (!whole
                    || sizes.size() < 2
                    || sizes.size() > MOST
                    || sizes.stream().anyMatch(list -> list.size() > MOST)
                    || (sizes.size() == MOST && sizes.get(2).size() > 1)) {
                throw new IllegalArgumentException(
                        "CudaSource: expected name<<<blocks, threads, shared bytes>>>, got "
                                + text);
            }
            return new Kernel(
                    launch.group(1).strip(),
                    sizes.get(0),
                    sizes.get(1),
                    sizes.size() == MOST ? sizes.get(2).get(0) : "0");
        }
    }

    public CudaSource {
        forward = List.copyOf(forward);
        backward = List.copyOf(backward);
        constants = Map.copyOf(constants);
    }

    /** A source; the methods below name its kernels. */
    public static CudaSource of(String source) {
        return new CudaSource(source, List.of(), List.of(), "x", Map.of(), /* apart= */ false);
    }

    /** One more kernel forward, with a thread for each element that it writes, or its launch. */
    public CudaSource forward(String kernel) {
        return new CudaSource(source, with(forward, kernel), backward, input, constants, apart);
    }

    /** One more kernel backward, with a thread for each element that it writes, or its launch. */
    public CudaSource backward(String kernel) {
        return new CudaSource(source, forward, with(backward, kernel), input, constants, apart);
    }

    /** One more kernel forward, with a block for each element that it writes: for sums. */
    public CudaSource forwardByBlocks(String kernel) {
        return forward(kernel + BY_BLOCKS);
    }

    /** One more kernel backward, with a block for each element that it writes: for sums. */
    public CudaSource backwardByBlocks(String kernel) {
        return backward(kernel + BY_BLOCKS);
    }

    /** The same, in whose kernels x has this name, and its gradient that with a d before it. */
    public CudaSource input(String name) {
        return new CudaSource(source, forward, backward, name, constants, apart);
    }

    /** The same with one more number for the kernels. */
    public CudaSource constant(String name, double value) {
        Map<String, Double> more = new HashMap<>(constants);
        more.put(name, value);
        return new CudaSource(source, forward, backward, input, more, apart);
    }

    /** The same with each array in memory of its own, for checks. */
    public CudaSource arraysApart() {
        return new CudaSource(source, forward, backward, input, constants, /* apart= */ true);
    }

    private static List<Kernel> with(List<Kernel> kernels, String kernel) {
        List<Kernel> more = new ArrayList<>(kernels);
        more.add(Kernel.of(kernel));
        return more;
    }
}
