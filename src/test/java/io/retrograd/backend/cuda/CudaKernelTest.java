package io.retrograd.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.backend.cuda.standin.Gpu;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A user's kernel: what compiles, what is said of what does not, and what a launch refuses. */
class CudaKernelTest {
    private static final String SCALE =
            """
            // y[i] *= a
            __global__ void scale(float a, float* __restrict__ y, long long n) {
                long long i = (long long)blockIdx.x * blockDim.x + threadIdx.x;
                if (i < n) y[i] *= a;
            }
            """;

    private CudaContext gpu;

    @BeforeEach
    void open() {
        gpu = Gpu.open();
    }

    @AfterEach
    void close() {
        if (gpu != null) {
            gpu.close();
        }
    }

    @Test
    void computes() {
        try (CudaArray y = CudaArray.of(1, 2, 3);
                CudaKernel scale = CudaKernel.compile(SCALE, "scale")) {
            scale.launch(gpu, Grid.over(y.count()), 2f, y, y.count());
            assertArrayEquals(new float[] {2, 4, 6}, y.floats(gpu));
        }
    }

    @Test
    void errorsNameTheLine() {
        String source = SCALE.replace("y[i] *= a", "y[i] *= b");
        KernelException error =
                assertThrows(KernelException.class, () -> CudaKernel.compile(source, "scale"));
        assertTrue(error.getMessage().contains("scale.cu(4): error: "), error.getMessage());
        assertTrue(error.getMessage().contains("b"), error.getMessage());
    }

    /** NVRTC has no standard headers; what the host's define must not be there either. */
    @Test
    void whatNvrtcDoesNotKnowIsAnError() {
        List<String> unknown =
                List.of("INFINITY", "NAN", "M_PI", "FLT_MAX", "INT_MAX", "uint32_t(1)");
        String source =
                "__global__ void k(float* y) {\ny[0] = "
                        + String.join(";\ny[0] = ", unknown)
                        + ";\n}";
        KernelException error =
                assertThrows(KernelException.class, () -> CudaKernel.compile(source, "k"));
        for (int i = 0; i < unknown.size(); i++) {
            assertTrue(
                    error.getMessage().contains("k.cu(" + (2 + i) + "): error: "),
                    unknown.get(i) + " is known: " + error.getMessage());
        }
    }

    @Test
    void aMissingKernelIsNamed() {
        Exception error =
                assertThrows(
                        IllegalArgumentException.class, () -> CudaKernel.compile(SCALE, "scales"));
        assertEquals(
                "CudaKernel: the source has no kernel scales; expected `__global__ void"
                        + " scales(...)`",
                error.getMessage());
    }

    @Test
    void launchesRefuseWrongArguments() {
        try (CudaArray y = CudaArray.of(1, 2, 3);
                CudaArray doubles = new CudaArray(ElementType.FLOAT64, 3);
                CudaKernel scale = CudaKernel.compile(SCALE, "scale")) {
            assertEquals(
                    "CudaKernel scale: expected 3 arguments, got 2",
                    refusal(() -> scale.launch(gpu, Grid.over(3), 2f, y)));
            assertEquals(
                    "CudaKernel scale: expected `float a`, got Double 2.0",
                    refusal(() -> scale.launch(gpu, Grid.over(3), 2.0, y, 3L)));
            assertEquals(
                    "CudaKernel scale: expected `long long n`, got Integer 3",
                    refusal(() -> scale.launch(gpu, Grid.over(3), 2f, y, 3)));
            assertEquals(
                    "CudaKernel scale: expected `float* __restrict__ y`, got CudaArray(FLOAT64, 3)",
                    refusal(() -> scale.launch(gpu, Grid.over(3), 2f, doubles, 3L)));
            assertEquals(
                    "CudaKernel scale: expected `float* __restrict__ y`, got Integer 1",
                    refusal(() -> scale.launch(gpu, Grid.over(3), 2f, 1, 3L)));
            assertEquals(
                    "CudaArray(FLOAT32, 3): expected at least 4 elements, got 3",
                    refusal(() -> scale.launch(gpu, Grid.over(4), 2f, y, 4L)));
            assertTrue(
                    refusal(() -> scale.launch(gpu, Grid.of(1, 32), 2f, y, 3L))
                            .contains("pass array.first(n)"));
        }
    }

    private static String refusal(Runnable launch) {
        return assertThrows(IllegalArgumentException.class, launch::run).getMessage();
    }

    @Test
    void templatesAndNamespacesHaveNames() {
        String source =
                """
                namespace mine {
                template <class T>
                __global__ void put(T* y, T value) { y[threadIdx.x] = value; }
                }
                """;
        try (CudaArray y = new CudaArray(ElementType.FLOAT32, 4);
                CudaKernel put = CudaKernel.compile(source, "mine::put<float>")) {
            put.launch(gpu, Grid.of(1, 4), y.first(4), 3f);
            assertEquals(3f, y.floats(gpu)[3]);
        }
    }

    @Test
    void signaturesAreReadFromTheSource() {
        String source =
                """
                /* __global__ void k(double wrong); */
                extern "C" __global__ void __launch_bounds__(256)
                    k(const float* __restrict__ x, unsigned char *flags, double* const out,
                      unsigned int n, size_t bytes, float a);
                """;
        List<KernelSignature.Parameter> parameters =
                KernelSignature.of(source, "k", Map.of()).parameters();
        assertEquals(
                List.of(
                        ElementType.FLOAT32,
                        ElementType.UINT8,
                        ElementType.FLOAT64,
                        ElementType.INT32,
                        ElementType.INT64,
                        ElementType.FLOAT32),
                parameters.stream().map(KernelSignature.Parameter::type).toList());
        assertEquals(
                List.of(true, true, true, false, false, false),
                parameters.stream().map(KernelSignature.Parameter::array).toList());
    }
}
