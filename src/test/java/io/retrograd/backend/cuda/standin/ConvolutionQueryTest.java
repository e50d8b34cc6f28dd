package io.retrograd.backend.cuda.standin;

import static io.retrograd.backend.cuda.standin.Libraries.BAD_PARAM;
import static io.retrograd.backend.cuda.standin.Libraries.FLOAT;
import static io.retrograd.backend.cuda.standin.Libraries.NOT_SUPPORTED;
import static io.retrograd.backend.cuda.standin.Libraries.scalar;
import static io.retrograd.backend.cuda.standin.Libraries.status;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import jcuda.Pointer;
import jcuda.jcudnn.JCudnn;
import jcuda.jcudnn.cudnnConvolutionBwdDataAlgo;
import jcuda.jcudnn.cudnnConvolutionBwdDataAlgoPerf;
import jcuda.jcudnn.cudnnConvolutionBwdFilterAlgo;
import jcuda.jcudnn.cudnnConvolutionBwdFilterAlgoPerf;
import jcuda.jcudnn.cudnnConvolutionDescriptor;
import jcuda.jcudnn.cudnnConvolutionFwdAlgo;
import jcuda.jcudnn.cudnnConvolutionFwdAlgoPerf;
import jcuda.jcudnn.cudnnConvolutionMode;
import jcuda.jcudnn.cudnnFilterDescriptor;
import jcuda.jcudnn.cudnnMathType;
import jcuda.jcudnn.cudnnTensorDescriptor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which algorithms there are for a convolution, and what is refused, as cuDNN documents it. */
class ConvolutionQueryTest {
    private Libraries gpu;
    private cudnnTensorDescriptor x;
    private cudnnFilterDescriptor w;
    private cudnnTensorDescriptor y;
    private cudnnConvolutionDescriptor plain;

    @BeforeEach
    void open() {
        gpu = Libraries.open();
        x = gpu.tensor(FLOAT, 2, 3, 8, 8);
        w = gpu.filter(FLOAT, 4, 3, 3, 3);
        y = gpu.tensor(FLOAT, 2, 4, 8, 8);
        plain = convolution(1, 1, 1);
    }

    @AfterEach
    void close() {
        if (gpu != null) {
            gpu.close();
        }
    }

    private cudnnConvolutionDescriptor convolution(int padding, int stride, int dilation) {
        cudnnConvolutionDescriptor descriptor = gpu.convolution();
        JCudnn.cudnnSetConvolution2dDescriptor(
                descriptor,
                padding,
                padding,
                stride,
                stride,
                dilation,
                dilation,
                cudnnConvolutionMode.CUDNN_CROSS_CORRELATION,
                FLOAT);
        return descriptor;
    }

    private int workspace(cudnnConvolutionDescriptor convolution, int algorithm, long[] bytes) {
        return status(
                () ->
                        JCudnn.cudnnGetConvolutionForwardWorkspaceSize(
                                gpu.dnn, x, w, convolution, y, algorithm, bytes));
    }

    private int forward(
            cudnnConvolutionDescriptor convolution, int algorithm, Pointer space, long bytes) {
        return status(
                () ->
                        JCudnn.cudnnConvolutionForward(
                                gpu.dnn,
                                scalar(FLOAT, 1),
                                x,
                                gpu.floats(Numbers.integers(2 * 3 * 64, 1)),
                                w,
                                gpu.floats(Numbers.integers(108, 2)),
                                convolution,
                                algorithm,
                                space,
                                bytes,
                                scalar(FLOAT, 0),
                                y,
                                gpu.memory(4 * 2 * 4 * 64)));
    }

    /** Without tensor cores: of which version of an algorithm a result tells, JCuda leaves out. */
    @Test
    void whatCanRunComesFirst() {
        JCudnn.cudnnSetConvolutionMathType(plain, cudnnMathType.CUDNN_FMA_MATH);
        int[] count = new int[1];
        JCudnn.cudnnGetConvolutionForwardAlgorithmMaxCount(gpu.dnn, count);
        cudnnConvolutionFwdAlgoPerf[] results = new cudnnConvolutionFwdAlgoPerf[count[0]];
        Arrays.setAll(results, i -> new cudnnConvolutionFwdAlgoPerf());
        int[] returned = new int[1];
        JCudnn.cudnnGetConvolutionForwardAlgorithm_v7(
                gpu.dnn, x, w, plain, y, results.length, returned, results);
        assertTrue(returned[0] > 0 && returned[0] <= count[0], returned[0] + " of " + count[0]);
        results = Arrays.copyOf(results, returned[0]);
        List<Integer> statuses = Arrays.stream(results).map(result -> result.status).toList();
        assertEquals(statuses.stream().sorted().toList(), statuses);
        assertTrue(
                Arrays.stream(results)
                        .filter(
                                result ->
                                        result.algo
                                                == cudnnConvolutionFwdAlgo
                                                        .CUDNN_CONVOLUTION_FWD_ALGO_DIRECT)
                        .allMatch(result -> result.status == NOT_SUPPORTED));
        for (cudnnConvolutionFwdAlgoPerf result : results) {
            long[] bytes = new long[1];
            if (result.status == 0) {
                assertEquals(0, workspace(plain, result.algo, bytes));
                assertEquals(bytes[0], result.memory);
            }
        }
        JCudnn.cudnnGetConvolutionForwardAlgorithm_v7(
                gpu.dnn, x, w, plain, y, 1, returned, results);
        assertEquals(1, returned[0]);
    }

    @Test
    void atomicAdditionsAreNotDeterministic() {
        cudnnConvolutionBwdFilterAlgoPerf[] filter = new cudnnConvolutionBwdFilterAlgoPerf[9];
        Arrays.setAll(filter, i -> new cudnnConvolutionBwdFilterAlgoPerf());
        cudnnConvolutionBwdDataAlgoPerf[] data = new cudnnConvolutionBwdDataAlgoPerf[8];
        Arrays.setAll(data, i -> new cudnnConvolutionBwdDataAlgoPerf());
        int[] returned = new int[1];
        JCudnn.cudnnGetConvolutionBackwardFilterAlgorithm_v7(
                gpu.dnn, x, y, plain, w, 9, returned, filter);
        for (cudnnConvolutionBwdFilterAlgoPerf result : Arrays.copyOf(filter, returned[0])) {
            boolean atomic =
                    result.algo == cudnnConvolutionBwdFilterAlgo.CUDNN_CONVOLUTION_BWD_FILTER_ALGO_0
                            || result.algo
                                    == cudnnConvolutionBwdFilterAlgo
                                            .CUDNN_CONVOLUTION_BWD_FILTER_ALGO_3;
            assertEquals(atomic ? 0 : 1, result.determinism);
        }
        JCudnn.cudnnGetConvolutionBackwardDataAlgorithm_v7(
                gpu.dnn, w, y, plain, x, 8, returned, data);
        for (cudnnConvolutionBwdDataAlgoPerf result : Arrays.copyOf(data, returned[0])) {
            boolean atomic =
                    result.algo == cudnnConvolutionBwdDataAlgo.CUDNN_CONVOLUTION_BWD_DATA_ALGO_0;
            assertEquals(atomic ? 0 : 1, result.determinism);
        }
    }

    @Test
    void workspaceMustBeThere() {
        int gemm = cudnnConvolutionFwdAlgo.CUDNN_CONVOLUTION_FWD_ALGO_GEMM;
        long[] bytes = new long[1];
        assertEquals(0, workspace(plain, gemm, bytes));
        assertTrue(bytes[0] > 0);
        Pointer space = gpu.memory(bytes[0]);
        assertEquals(0, forward(plain, gemm, space, bytes[0]));
        assertEquals(BAD_PARAM, forward(plain, gemm, space, bytes[0] - 1));
        assertEquals(BAD_PARAM, forward(plain, gemm, null, 0));
    }

    @Test
    void algorithmsRefuseWhatTheyCannotDo() {
        cudnnConvolutionDescriptor strided = convolution(1, 2, 1);
        cudnnConvolutionDescriptor dilated = convolution(2, 1, 2);
        y = gpu.tensor(FLOAT, 2, 4, 4, 4);
        long[] bytes = new long[1];
        for (int algorithm : new int[] {4, 5, 6, 7}) {
            assertEquals(NOT_SUPPORTED, workspace(strided, algorithm, bytes));
            assertEquals(NOT_SUPPORTED, forward(strided, algorithm, gpu.memory(1 << 20), 1 << 20));
        }
        assertEquals(0, workspace(strided, 0, bytes));
        assertEquals(0, bytes[0]);
        assertEquals(BAD_PARAM, workspace(strided, 8, bytes));
        y = gpu.tensor(FLOAT, 2, 4, 8, 8);
        for (int algorithm : new int[] {4, 5, 6, 7}) {
            assertEquals(NOT_SUPPORTED, workspace(dilated, algorithm, bytes));
        }
        assertEquals(0, workspace(dilated, 1, bytes));
    }

    @Test
    void shapesMustFit() {
        long[] bytes = new long[1];
        y = gpu.tensor(FLOAT, 2, 4, 8, 7);
        assertEquals(NOT_SUPPORTED, workspace(plain, 0, bytes));
        y = gpu.tensor(FLOAT, 2, 5, 8, 8);
        assertEquals(BAD_PARAM, workspace(plain, 0, bytes));
        y = gpu.tensor(Libraries.DOUBLE, 2, 4, 8, 8);
        assertEquals(BAD_PARAM, workspace(plain, 0, bytes));
        y = gpu.tensor(FLOAT, 2, 4, 8, 8);
        JCudnn.cudnnSetConvolutionGroupCount(plain, 3);
        assertEquals(BAD_PARAM, workspace(plain, 0, bytes));
        JCudnn.cudnnSetConvolutionGroupCount(plain, 1);
        w = gpu.filter(FLOAT, 4, 3, 11, 3);
        assertEquals(BAD_PARAM, workspace(plain, 0, bytes));
    }

    @Test
    void findOverwritesItsOutputAndRanksBySpeed() {
        cudnnConvolutionFwdAlgoPerf[] results = new cudnnConvolutionFwdAlgoPerf[10];
        Arrays.setAll(results, i -> new cudnnConvolutionFwdAlgoPerf());
        int[] returned = new int[1];
        Pointer output = gpu.floats(Numbers.filled(512, Double.NaN));
        JCudnn.cudnnFindConvolutionForwardAlgorithmEx(
                gpu.dnn,
                x,
                gpu.floats(Numbers.filled(384, 1)),
                w,
                gpu.floats(Numbers.filled(108, 1)),
                plain,
                y,
                output,
                10,
                returned,
                results,
                gpu.memory(1),
                0);
        double last = 0;
        for (cudnnConvolutionFwdAlgoPerf result : Arrays.copyOf(results, returned[0])) {
            if (result.status == 0) {
                assertEquals(0, result.memory, "there is no workspace");
                assertTrue(result.time > last);
                last = result.time;
            } else {
                assertEquals(-1, result.time);
            }
        }
        double[] values = Libraries.getFloats(output, 512);
        // Corners see 4 of 9 taps, edges 6.
        assertArrayEquals(
                new double[] {12, 18, 27}, new double[] {values[0], values[1], values[9]});
    }

    /** The sum of x and w under all ones: dx counts taps, dw counts places. */
    @Test
    void findBackwardOverwritesItsOutput() {
        Pointer xs = gpu.floats(Numbers.filled(384, 1));
        Pointer ws = gpu.floats(Numbers.filled(108, 1));
        Pointer dys = gpu.floats(Numbers.filled(512, 1));
        Pointer dx = gpu.floats(Numbers.filled(384, Double.NaN));
        Pointer dw = gpu.floats(Numbers.filled(108, Double.NaN));
        int[] returned = new int[1];
        cudnnConvolutionBwdDataAlgoPerf[] data = {new cudnnConvolutionBwdDataAlgoPerf()};
        JCudnn.cudnnFindConvolutionBackwardDataAlgorithmEx(
                gpu.dnn, w, ws, y, dys, plain, x, dx, 1, returned, data, gpu.memory(1), 0);
        assertEquals(0, data[0].status);
        cudnnConvolutionBwdFilterAlgoPerf[] filter = {new cudnnConvolutionBwdFilterAlgoPerf()};
        JCudnn.cudnnFindConvolutionBackwardFilterAlgorithmEx(
                gpu.dnn, x, xs, y, dys, plain, w, dw, 1, returned, filter, gpu.memory(1), 0);
        assertEquals(0, filter[0].status);
        // 4 maps: corners have 4 taps of each, edges 6; 2 images: 7 * 7 places of a corner's
        // weight.
        double[] values = Libraries.getFloats(dx, 384);
        assertArrayEquals(
                new double[] {16, 24, 36}, new double[] {values[0], values[1], values[9]});
        assertEquals(2 * 7 * 7, Libraries.getFloats(dw, 108)[0]);
    }
}
