package io.retrograd.backend.cuda.standin;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import jcuda.jcudnn.cudnnMathType;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The algorithms of a convolution on each GPU that the stand-in passes for. Engines, their
 * determinism and their workspaces are those that cuDNN 9.24 gives for these GPUs in its mode
 * without a device; Winograd ends with Ampere, TF32 begins with it, and what Turing's tensor cores
 * take has to be converted to half.
 */
class OfferedAlgorithmsTest {
    private static final String NO_TENSOR_CORES =
            """
            y: 1 2304, 2 18874368, 0 0
            dx: 0* 0, 1 0
            dw: 0* 0 FMA, 1 288 FMA
            """;
    private static final String HOPPER =
            """
            y: 1 4341907, 1 2304, 2 18874368, 0 0
            dx: 1 4341907, 0* 0, 1 0
            dw: 1 4341907 TENSOR_OP, 0* 0 FMA, 1 288 FMA
            """;
    private static final String AMPERE =
            """
            y: 1 4341776, 6 409856, 1 2304, 2 18874368, 0 0
            dx: 1 4341776, 4 409856, 0* 0, 1 0
            dw: 1 4341776 TENSOR_OP, 0* 0 FMA, 1 288 FMA
            """;
    private static final String TURING =
            """
            y: 6 409856, 1 2304, 2 18874368, 0 0
            dx: 4 409856, 0* 0, 1 0
            dw: 0* 0 DEFAULT, 1 288 DEFAULT
            """;
    private static final String TURING_HALF =
            """
            y: 1 2170896, 6 409856, 1 2304, 2 18874368, 0 0
            dx: 1 2170896, 4 409856, 0* 0, 1 0
            dw: 1 2170896 TENSOR_OP_ALLOW_CONVERSION, 0* 0 DEFAULT, 1 288 DEFAULT
            """;
    private static final String LARGE = "y of 300 images by 2: 8670412800\n";

    @TempDir private Path folder;

    @ParameterizedTest
    @CsvSource({
        "h200, FMA, NO_TENSOR_CORES",
        "h200, TENSOR_OP, HOPPER",
        "h200, DEFAULT, HOPPER",
        "a100, TENSOR_OP, AMPERE",
        "t4, TENSOR_OP, TURING",
        "t4, TENSOR_OP_ALLOW_CONVERSION, TURING_HALF",
        "b200, FMA, NO_TENSOR_CORES"
    })
    void areThoseOfTheGpu(String gpu, String math, String expected)
            throws IOException, InterruptedException {
        Gpu.assumeBuilt();
        int number =
                switch (math) {
                    case "FMA" -> cudnnMathType.CUDNN_FMA_MATH;
                    case "TENSOR_OP" -> cudnnMathType.CUDNN_TENSOR_OP_MATH;
                    case "DEFAULT" -> cudnnMathType.CUDNN_DEFAULT_MATH;
                    default -> cudnnMathType.CUDNN_TENSOR_OP_MATH_ALLOW_CONVERSION;
                };
        String lines =
                switch (expected) {
                    case "NO_TENSOR_CORES" -> NO_TENSOR_CORES;
                    case "HOPPER" -> HOPPER;
                    case "AMPERE" -> AMPERE;
                    case "TURING" -> TURING;
                    default -> TURING_HALF;
                };
        Misuse.Ended ended =
                Misuse.run(
                        OfferedAlgorithms.class,
                        Integer.toString(number),
                        Map.of("RETROGRAD_STANDIN_GPU", gpu),
                        folder.resolve("output"));
        assertEquals(lines + LARGE, ended.said());
        assertEquals(0, ended.status());
    }
}
