package io.retrograd.backend.cuda.standin;

import static io.retrograd.backend.cuda.standin.Libraries.BAD_PARAM;
import static io.retrograd.backend.cuda.standin.Libraries.FLOAT;
import static io.retrograd.backend.cuda.standin.Libraries.NOT_SUPPORTED;
import static io.retrograd.backend.cuda.standin.Libraries.status;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import jcuda.jcudnn.JCudnn;
import jcuda.jcudnn.cudnnActivationDescriptor;
import jcuda.jcudnn.cudnnBatchNormMode;
import jcuda.jcudnn.cudnnConvolutionDescriptor;
import jcuda.jcudnn.cudnnConvolutionMode;
import jcuda.jcudnn.cudnnLRNDescriptor;
import jcuda.jcudnn.cudnnPoolingDescriptor;
import jcuda.jcudnn.cudnnRNNDataDescriptor;
import jcuda.jcudnn.cudnnTensorDescriptor;
import org.junit.jupiter.api.Test;

/**
 * Descriptors answer as cuDNN's do. The statuses and numbers are those that cuDNN 9.24 gave when
 * the same calls were made of it; descriptors need no GPU.
 */
class DescriptorTest {
    @Test
    void tensorsAreChecked() {
        try (Libraries gpu = Libraries.open()) {
            cudnnTensorDescriptor t = gpu.tensor();
            assertEquals(0, status(() -> set4d(t, 0, FLOAT, 2)));
            assertEquals(BAD_PARAM, status(() -> set4d(t, 0, FLOAT, 0)));
            assertEquals(BAD_PARAM, status(() -> set4d(t, 0, FLOAT, -1)));
            assertEquals(BAD_PARAM, status(() -> set4d(t, 7, FLOAT, 2)));
            assertEquals(BAD_PARAM, status(() -> set4d(t, 0, 99, 2)));
            assertEquals(NOT_SUPPORTED, status(() -> set4d(t, 0, FLOAT, 1 << 30)));
            assertEquals(BAD_PARAM, status(() -> setStrided(t, 0)));
            int[] dims = {2, 2, 2, 2, 2, 2, 2, 2, 2};
            int[] strides = {256, 128, 64, 32, 16, 8, 4, 2, 1};
            int[] expected = {BAD_PARAM, BAD_PARAM, 0, 0, 0, 0, 0, 0, 0, NOT_SUPPORTED};
            for (int rank = 0; rank < expected.length; rank++) {
                int n = rank;
                assertEquals(
                        expected[rank],
                        status(
                                () ->
                                        JCudnn.cudnnSetTensorNdDescriptor(
                                                t, FLOAT, n, dims, strides)));
            }
        }
    }

    private static int set4d(cudnnTensorDescriptor t, int format, int type, int n) {
        return JCudnn.cudnnSetTensor4dDescriptor(t, format, type, n, 3, 4, 5);
    }

    private static int setStrided(cudnnTensorDescriptor t, int stride) {
        return JCudnn.cudnnSetTensor4dDescriptorEx(t, FLOAT, 2, 3, 4, 5, stride, 20, 5, 1);
    }

    @Test
    void sizesAndStrides() {
        try (Libraries gpu = Libraries.open()) {
            cudnnTensorDescriptor t = gpu.tensor();
            setStrided(t, 100);
            long[] bytes = new long[1];
            JCudnn.cudnnGetTensorSizeInBytes(t, bytes);
            assertEquals(640, bytes[0]);
            cudnnTensorDescriptor last = gpu.channelsLast(FLOAT, 2, 3, 4, 5, 6);
            int[] dims = new int[8];
            int[] strides = new int[8];
            int[] rank = new int[1];
            JCudnn.cudnnGetTensorNdDescriptor(last, 3, new int[1], rank, dims, strides);
            assertEquals(5, rank[0]);
            assertArrayEquals(new int[] {2, 3, 4, 0, 0, 0, 0, 0}, dims);
            assertArrayEquals(new int[] {360, 1, 90, 0, 0, 0, 0, 0}, strides);
            JCudnn.cudnnDropoutGetReserveSpaceSize(gpu.tensor(FLOAT, 2, 3, 4, 5), bytes);
            assertEquals(16, bytes[0]);
            JCudnn.cudnnGetFilterSizeInBytes(gpu.filter(FLOAT, 4, 3, 2, 2), bytes);
            assertEquals(192, bytes[0]);
        }
    }

    @Test
    void convolutionsAreChecked() {
        try (Libraries gpu = Libraries.open()) {
            cudnnConvolutionDescriptor c = gpu.convolution();
            int cross = cudnnConvolutionMode.CUDNN_CROSS_CORRELATION;
            assertEquals(0, status(() -> set(c, 1, 2, 1, cross, FLOAT)));
            assertEquals(BAD_PARAM, status(() -> set(c, -1, 2, 1, cross, FLOAT)));
            assertEquals(BAD_PARAM, status(() -> set(c, 1, 0, 1, cross, FLOAT)));
            assertEquals(BAD_PARAM, status(() -> set(c, 1, 2, 0, cross, FLOAT)));
            assertEquals(BAD_PARAM, status(() -> set(c, 1, 2, 1, 2, FLOAT)));
            assertEquals(BAD_PARAM, status(() -> set(c, 1, 2, 1, cross, 3)));
            assertEquals(BAD_PARAM, status(() -> JCudnn.cudnnSetConvolutionGroupCount(c, 0)));
            assertEquals(BAD_PARAM, status(() -> JCudnn.cudnnSetConvolutionMathType(c, 4)));
            assertEquals(0, status(() -> JCudnn.cudnnSetConvolutionMathType(c, 3)));
        }
    }

    private static int set(
            cudnnConvolutionDescriptor c,
            int padding,
            int stride,
            int dilation,
            int mode,
            int type) {
        return JCudnn.cudnnSetConvolution2dDescriptor(
                c, padding, padding, stride, stride, dilation, dilation, mode, type);
    }

    @Test
    void poolingRoundsDown() {
        try (Libraries gpu = Libraries.open()) {
            cudnnPoolingDescriptor p =
                    gpu.make(
                            new cudnnPoolingDescriptor(),
                            JCudnn::cudnnCreatePoolingDescriptor,
                            JCudnn::cudnnDestroyPoolingDescriptor);
            cudnnTensorDescriptor x = gpu.tensor(FLOAT, 2, 3, 7, 7);
            int[][] cases = {{2, 0, 2, 3}, {2, 1, 2, 4}, {2, 2, 2, 5}, {3, 2, 2, 5}};
            for (int[] each : cases) {
                JCudnn.cudnnSetPooling2dDescriptor(
                        p, 0, 0, each[0], each[0], each[1], each[1], each[2], each[2]);
                int[] dims = new int[4];
                JCudnn.cudnnGetPoolingNdForwardOutputDim(p, x, 4, dims);
                assertArrayEquals(new int[] {2, 3, each[3], each[3]}, dims);
            }
            assertEquals(
                    BAD_PARAM,
                    status(() -> JCudnn.cudnnSetPooling2dDescriptor(p, 0, 0, 0, 2, 0, 0, 1, 1)));
        }
    }

    @Test
    void othersAreChecked() {
        try (Libraries gpu = Libraries.open()) {
            cudnnLRNDescriptor lrn =
                    gpu.make(
                            new cudnnLRNDescriptor(),
                            JCudnn::cudnnCreateLRNDescriptor,
                            JCudnn::cudnnDestroyLRNDescriptor);
            assertEquals(0, status(() -> JCudnn.cudnnSetLRNDescriptor(lrn, 16, 1, 0.01, 1e-5)));
            assertEquals(BAD_PARAM, status(() -> JCudnn.cudnnSetLRNDescriptor(lrn, 17, 1, 1, 1)));
            assertEquals(
                    BAD_PARAM, status(() -> JCudnn.cudnnSetLRNDescriptor(lrn, 5, 1, 0.001, 1)));
            cudnnActivationDescriptor activation =
                    gpu.make(
                            new cudnnActivationDescriptor(),
                            JCudnn::cudnnCreateActivationDescriptor,
                            JCudnn::cudnnDestroyActivationDescriptor);
            assertEquals(
                    BAD_PARAM,
                    status(() -> JCudnn.cudnnSetActivationDescriptor(activation, 7, 0, 0)));
            cudnnRNNDataDescriptor data =
                    gpu.make(
                            new cudnnRNNDataDescriptor(),
                            JCudnn::cudnnCreateRNNDataDescriptor,
                            JCudnn::cudnnDestroyRNNDataDescriptor);
            int[] unsorted = {3, 5, 1};
            assertEquals(BAD_PARAM, status(() -> set(data, 1, unsorted)));
            assertEquals(0, status(() -> set(data, 0, unsorted)));
            assertEquals(BAD_PARAM, status(() -> set(data, 0, new int[] {3, 6, 1})));
        }
    }

    private static int set(cudnnRNNDataDescriptor data, int layout, int[] lengths) {
        return JCudnn.cudnnSetRNNDataDescriptor(data, FLOAT, layout, 5, 3, 4, lengths, null);
    }

    @Test
    void normalizationParametersAreFloatForHalf() {
        try (Libraries gpu = Libraries.open()) {
            cudnnTensorDescriptor derived = gpu.tensor();
            JCudnn.cudnnDeriveBNTensorDescriptor(
                    derived, gpu.tensor(2, 2, 3, 4, 5), cudnnBatchNormMode.CUDNN_BATCHNORM_SPATIAL);
            int[] type = new int[1];
            int[] dims = new int[4];
            JCudnn.cudnnGetTensorNdDescriptor(derived, 4, type, new int[1], dims, new int[4]);
            assertEquals(FLOAT, type[0]);
            assertArrayEquals(new int[] {1, 3, 1, 1}, dims);
        }
    }
}
