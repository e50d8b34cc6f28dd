package io.retrograd.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.backend.Backend;
import io.retrograd.backend.conformance.Affine;
import io.retrograd.backend.cuda.standin.Gpu;
import io.retrograd.gradcheck.GradientCheck;
import io.retrograd.gradcheck.GradientReport;
import io.retrograd.layer.Custom;
import io.retrograd.layer.Layer;
import io.retrograd.layer.Linear;
import io.retrograd.layer.Sequential;
import io.retrograd.loss.MseLoss;
import io.retrograd.operation.CudaSource;
import io.retrograd.optim.Sgd;
import io.retrograd.tensor.Shape;
import io.retrograd.train.Model;
import io.retrograd.train.TrainStep;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Users' operations with CUDA kernels: right ones, wrong ones, and what is said of the latter. */
@Tag("slow")
class CudaCustomTest {
    private static final Shape SHAPE = Shape.of(7, 45);

    private static final String SWISH =
            """
            __global__ void swish(const real* x, real* y, long long n) {
                long long i = (long long)blockIdx.x * blockDim.x + threadIdx.x;
                if (i < n) y[i] = x[i] / (1 + exp(-x[i]));
            }
            __global__ void swish_backward(const real* x, const real* dy, real* dx, long long n) {
                long long i = (long long)blockIdx.x * blockDim.x + threadIdx.x;
                if (i >= n) return;
                real s = 1 / (1 + exp(-x[i]));
                dx[i] = dy[i] * s * (1 + x[i] * (1 - s));
            }
            """;

    @BeforeEach
    void load() {
        Gpu.load();
    }

    private static Backend open(CudaPrecision precision) {
        return new CudaBackend(
                Gpu.PLATFORM, precision, /* deterministic= */ false, null, line -> {});
    }

    private static Custom swish(CudaSource source) {
        return Custom.of(
                        "swish",
                        x -> x / (1 + Math.exp(-x)),
                        x -> {
                            double s = 1 / (1 + Math.exp(-x));
                            return s * (1 + x * (1 - s));
                        })
                .cuda(source);
    }

    private static CudaSource kernels(String source) {
        return CudaSource.of(source).forward("swish").backward("swish_backward");
    }

    @ParameterizedTest
    @EnumSource(CudaPrecision.class)
    void kernelsAreHeldAgainstJavaAndDifferences(CudaPrecision precision) {
        CudaAsked.assumeHas(precision);
        try (Backend cuda = open(precision)) {
            Layer network = new Sequential(new Linear(5), swish(kernels(SWISH)), new Linear(2));
            assertTrue(check(cuda, swish(kernels(SWISH))).passed());
            assertTrue(check(cuda, network).passed());
            GradientReport affine = check(cuda, new Custom(new AffineKernels()));
            assertTrue(affine.passed(), affine::table);
        }
    }

    private static GradientReport check(Backend cuda, Layer layer) {
        return GradientCheck.of(layer, SHAPE).on(cuda).run();
    }

    /** All three numbers are in the report: that of the kernel is off. */
    @Test
    void aWrongKernelIsFound() {
        String wrong = SWISH.replace("(1 - s)", "(1 + s)");
        try (Backend cuda = open(CudaPrecision.FLOAT64)) {
            GradientReport report = check(cuda, swish(kernels(wrong)));
            assertFalse(report.passed());
            GradientReport.Row row = report.rows().get(0);
            assertEquals(row.reference(), row.numeric(), 1e-8);
            assertTrue(Math.abs(row.analytic() - row.reference()) > 1e-3);
            assertTrue(report.table().contains("expected"), report::table);
        }
    }

    @Test
    void aForgottenElementIsFound() {
        String wrong = SWISH.replace("if (i >= n) return;", "if (i >= n - 1) return;");
        try (Backend cuda = open(CudaPrecision.FLOAT64)) {
            GradientReport report = check(cuda, swish(kernels(wrong)));
            assertTrue(report.table().contains("got NaN"), report::table);
        }
    }

    /** The kernels are part of the recorded step; in Java they could not be. */
    @Test
    void trainsReplayed() {
        double[][] trained = new double[2][];
        for (boolean eager : List.of(true, false)) {
            try (Backend cuda = open(CudaPrecision.FLOAT32);
                    Model model =
                            Model.create(
                                    new Sequential(
                                            new Linear(6),
                                            new Custom(new AffineKernels()),
                                            swish(kernels(SWISH)),
                                            new Linear(1)),
                                    Shape.of(3),
                                    cuda,
                                    1)) {
                TrainStep step = new TrainStep(model, new MseLoss(), new Sgd(0.1), 2);
                step.setEager(eager);
                for (int i = 0; i < 6; i++) {
                    step.run(new double[] {1, 2, 3, 4, 5, 6}, new double[] {0.5, -0.5});
                }
                trained[eager ? 0 : 1] = model.parameter("1.w");
            }
        }
        assertArrayEquals(trained[0], trained[1]);
        assertFalse(Arrays.equals(trained[0], new double[] {2, 2, 2, 2, 2, 2}));
    }

    @Test
    void mistakesAreToldWithTheirPlace() {
        refused(SWISH.replace("y[i] =", "z[i] ="), "swish.cu does not compile", "swish.cu(3)");
        refused(SWISH.replace("void swish(", "void squish("), "no kernel swish");
        refused(
                SWISH.replace("const real* x, real* y", "const real* u, const real* x, real* y"),
                "0: swish, kernel swish: expected an array of [x, y], got `const real* u`");
        refused(
                SWISH.replace("real* y, long long n", "real* y, long long m, long long n"),
                "kernel swish: expected n or a number of [x_size, x_dim0, x_dim1, y_size, y_dim0,"
                        + " y_dim1], got `long long m`");
        refused(
                SWISH.replace("const real* x, real* y", "real* x, real* y"),
                "kernel swish: expected forward to write [y], got `real* x`");
        refused(
                SWISH.replace("real* dx, long", "const real* dx, long").replace("dx[i] = ", "s = "),
                "kernel swish_backward: expected a parameter that is written, of [dx], got `none`");
        refused(
                SWISH.replace("const real* dy", "const float* dy"),
                "kernel swish_backward: expected an array of real, got `const float* dy`");
        String lacking =
                assertThrows(
                                IllegalArgumentException.class,
                                () -> bind(swish(CudaSource.of(SWISH).forward("swish"))))
                        .getMessage();
        assertTrue(
                lacking.contains("swish: expected backward kernels that write [dx], got none"),
                lacking);
    }

    private static void refused(String source, String... expected) {
        String message =
                assertThrows(IllegalArgumentException.class, () -> bind(swish(kernels(source))))
                        .getMessage();
        for (String part : expected) {
            assertTrue(message.contains(part), message);
        }
    }

    private static void bind(Layer layer) {
        try (Backend cuda = open(CudaPrecision.FLOAT64);
                Model model =
                        Model.create(new Sequential(layer, new Linear(1)), Shape.of(45), cuda, 1)) {
            model.predict(new double[45]);
        }
    }

    /** Of the parameters' gradients each element has a block, which sums. */
    private static final class AffineKernels extends Affine {
        private static final String SUM =
                """
                __device__ real block_sum(real value) {
                    __shared__ real sums[256];
                    sums[threadIdx.x] = value;
                    __syncthreads();
                    for (int half = blockDim.x / 2; half > 0; half /= 2) {
                        if (threadIdx.x < half) sums[threadIdx.x] += sums[threadIdx.x + half];
                        __syncthreads();
                    }
                    return sums[0];
                }
                """;

        private static final String SOURCE =
                SUM
                        + """
                __global__ void affine(
                        const real* x, const real* w, const real* v, real* y, int w_size, int n) {
                    int i = blockIdx.x * blockDim.x + threadIdx.x;
                    if (i < n) y[i] = w[i % w_size] * x[i] + v[0];
                }
                __global__ void affine_dx(const real* w, const real* dy, real* dx, int w_size, int n) {
                    int i = blockIdx.x * blockDim.x + threadIdx.x;
                    if (i < n) dx[i] = w[i % w_size] * dy[i];
                }
                __global__ void affine_dw(
                        const real* x, const real* dy, real* dw, int x_dim0, int w_size) {
                    real sum = 0;
                    for (int r = threadIdx.x; r < x_dim0; r += blockDim.x) {
                        sum += x[r * w_size + blockIdx.x] * dy[r * w_size + blockIdx.x];
                    }
                    sum = block_sum(sum);
                    if (threadIdx.x == 0) dw[blockIdx.x] = sum;
                }
                __global__ void affine_dv(const real* dy, real* dv, int y_size) {
                    real sum = 0;
                    for (int i = threadIdx.x; i < y_size; i += blockDim.x) sum += dy[i];
                    sum = block_sum(sum);
                    if (threadIdx.x == 0) dv[0] = sum;
                }
                """;

        @Override
        public Optional<CudaSource> cuda() {
            return Optional.of(
                    CudaSource.of(SOURCE)
                            .forward("affine")
                            .backward("affine_dx")
                            .backwardByBlocks("affine_dw")
                            .backwardByBlocks("affine_dv"));
        }
    }
}
