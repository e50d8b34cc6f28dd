package io.retrograd.backend.cuda;

import static jcuda.jcublas.cublasComputeType.CUBLAS_COMPUTE_32F;
import static jcuda.jcublas.cublasComputeType.CUBLAS_COMPUTE_32F_FAST_TF32;
import static jcuda.jcublas.cublasComputeType.CUBLAS_COMPUTE_64F;
import static jcuda.jcudnn.cudnnMathType.CUDNN_DEFAULT_MATH;
import static jcuda.jcudnn.cudnnMathType.CUDNN_FMA_MATH;
import static jcuda.jcudnn.cudnnMathType.CUDNN_TENSOR_OP_MATH;
import static jcuda.jcudnn.cudnnMathType.CUDNN_TENSOR_OP_MATH_ALLOW_CONVERSION;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.backend.OpenOptions;
import io.retrograd.backend.cuda.standin.Gpu;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import jcuda.jcudnn.JCudnn;
import jcuda.jcudnn.cudnnConvolutionDescriptor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What the libraries are asked for: the stand-in computes the same for TF32 as for float32, so that
 * nothing else would tell.
 */
class CudaPrecisionTest {
    private static final String TENSOR_CORES = " on tensor cores";

    @ParameterizedTest
    @EnumSource(CudaPrecision.class)
    void onlyTf32RoundsFactors(CudaPrecision precision) {
        int expected =
                switch (precision) {
                    case FLOAT32 -> CUBLAS_COMPUTE_32F;
                    case TF32 -> CUBLAS_COMPUTE_32F_FAST_TF32;
                    case FLOAT64 -> CUBLAS_COMPUTE_64F;
                };
        assertEquals(expected, precision.computeType());
        assertTrue(precision.allows(CUDNN_DEFAULT_MATH) && precision.allows(CUDNN_FMA_MATH));
        assertEquals(precision == CudaPrecision.TF32, precision.allows(CUDNN_TENSOR_OP_MATH));
        assertFalse(precision.allows(CUDNN_TENSOR_OP_MATH_ALLOW_CONVERSION));
        for (int offered : List.of(CUDNN_DEFAULT_MATH, CUDNN_TENSOR_OP_MATH)) {
            assertEquals(
                    precision == CudaPrecision.FLOAT32 ? CUDNN_FMA_MATH : offered,
                    precision.mathType(offered));
        }
        assertTrue(precision.allows(precision.mathType()));
    }

    @ParameterizedTest
    @EnumSource(CudaPrecision.class)
    void cudnnIsToldHowToMultiply(CudaPrecision precision) {
        CudaAsked.assumeHas(precision);
        try (CudaDevice device = open(precision);
                Descriptors descriptors = new Descriptors(device)) {
            List<Integer> ones = List.of(1, 1);
            cudnnConvolutionDescriptor convolution =
                    descriptors.convolution(ones, ones, ones, 3, precision.mathType());
            int[] found = new int[1];
            JCudnn.cudnnGetConvolutionMathType(convolution, found);
            assertEquals(precision.mathType(), found[0]);
            JCudnn.cudnnGetConvolutionGroupCount(convolution, found);
            assertEquals(3, found[0]);
        }
    }

    /** A way on tensor cores has the same number as one without, another name and other needs. */
    @ParameterizedTest
    @EnumSource(ConvolutionPass.class)
    void waysOnTensorCoresAreToldApart(ConvolutionPass pass) {
        Gpu.load();
        assertEquals(List.of(), onTensorCores(offer(CudaPrecision.FLOAT32, pass)));
        CudaAsked.assumeHas(CudaPrecision.TF32);
        Map<String, Long> offer = offer(CudaPrecision.TF32, pass);
        List<String> onTensorCores = onTensorCores(offer);
        assertFalse(onTensorCores.isEmpty(), offer.toString());
        for (String way : onTensorCores) {
            Long without = offer.get(way.replace(TENSOR_CORES, ""));
            assertTrue(without == null || !without.equals(offer.get(way)), offer.toString());
        }
    }

    private static List<String> onTensorCores(Map<String, Long> offer) {
        return offer.keySet().stream().filter(way -> way.endsWith(TENSOR_CORES)).toList();
    }

    /** The ways of a convolution of 16 maps to 16 by 3 x 3, and their workspaces. */
    private static Map<String, Long> offer(CudaPrecision precision, ConvolutionPass pass) {
        ConvolutionShape.Axis none = new ConvolutionShape.Axis(1, 1, 1, 1, 0, 1);
        ConvolutionShape.Axis axis = new ConvolutionShape.Axis(8, 8, 3, 1, 1, 1);
        ConvolutionShape shape = new ConvolutionShape(2, 16, 16, 1, List.of(none, axis, axis), 2);
        try (CudaDevice device = open(precision);
                Descriptors descriptors = new Descriptors(device)) {
            return device
                    .lock()
                    .during(() -> CudnnConvolution.offer(device, descriptors, shape, pass))
                    .ways()
                    .stream()
                    .collect(
                            Collectors.toMap(ConvolutionWay::name, ConvolutionWay::workspaceBytes));
        }
    }

    private static CudaDevice open(CudaPrecision precision) {
        return new CudaDevice(
                Gpu.PLATFORM,
                /* gpu= */ 0,
                OpenOptions.of(precision.toString()).deterministic(true),
                /* choices= */ null,
                line -> {});
    }
}
