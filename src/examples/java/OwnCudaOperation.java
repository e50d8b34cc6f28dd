import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.gradcheck.GradientCheck;
import io.retrograd.layer.Custom;
import io.retrograd.layer.Layer;
import io.retrograd.operation.CudaSource;
import io.retrograd.tensor.Shape;

/** Gives an operation CUDA kernels and checks them. The argument names a device, else cuda. */
public final class OwnCudaOperation {
    private static final String KERNELS =
            """
            __global__ void cube(const real* x, real* y, long long n) {
                long long i = (long long)blockIdx.x * blockDim.x + threadIdx.x;
                if (i < n) y[i] = x[i] * x[i] * x[i];
            }
            __global__ void cube_backward(const real* x, const real* dy, real* dx, long long n) {
                long long i = (long long)blockIdx.x * blockDim.x + threadIdx.x;
                if (i < n) dx[i] = 3 * x[i] * x[i] * dy[i];
            }
            """;

    public static void main(String[] args) {
        String device = args.length > 0 ? args[0] : "cuda";
        if (!Backends.provider(device).probe().usable()) {
            System.out.println("no GPU: " + device + " cannot be used here; try doctor");
            return;
        }
        CudaSource kernels = CudaSource.of(KERNELS).forward("cube").backward("cube_backward");
        Layer cube = Custom.of("cube", x -> x * x * x, x -> 3 * x * x).cuda(kernels);
        try (Backend gpu = Backends.open(device)) {
            System.out.println(GradientCheck.of(cube, Shape.of(4, 3)).on(gpu).run().table());
        }
    }
}
