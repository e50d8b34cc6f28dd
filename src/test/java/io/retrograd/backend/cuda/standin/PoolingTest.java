package io.retrograd.backend.cuda.standin;

import static io.retrograd.backend.cuda.standin.Libraries.DOUBLE;
import static io.retrograd.backend.cuda.standin.Libraries.getDoubles;
import static io.retrograd.backend.cuda.standin.Libraries.scalar;
import static io.retrograd.backend.cuda.standin.Numbers.filled;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import jcuda.Pointer;
import jcuda.jcudnn.JCudnn;
import jcuda.jcudnn.cudnnPoolingDescriptor;
import jcuda.jcudnn.cudnnPoolingMode;
import jcuda.jcudnn.cudnnTensorDescriptor;
import org.junit.jupiter.api.Test;

/** Pooling of 1 x 5 by windows of 1 x 3, stride 2, padding 1: windows {0,1}, {1,2,3}, {3,4}. */
class PoolingTest {
    private static final int MAX = cudnnPoolingMode.CUDNN_POOLING_MAX;
    private static final int INCLUDE = cudnnPoolingMode.CUDNN_POOLING_AVERAGE_COUNT_INCLUDE_PADDING;
    private static final int EXCLUDE = cudnnPoolingMode.CUDNN_POOLING_AVERAGE_COUNT_EXCLUDE_PADDING;
    private static final int DETERMINISTIC = cudnnPoolingMode.CUDNN_POOLING_MAX_DETERMINISTIC;

    private static final double[] DY = {12, 24, 36};

    private static cudnnPoolingDescriptor descriptor(Libraries gpu, int mode, int nan) {
        cudnnPoolingDescriptor p =
                gpu.make(
                        new cudnnPoolingDescriptor(),
                        JCudnn::cudnnCreatePoolingDescriptor,
                        JCudnn::cudnnDestroyPoolingDescriptor);
        JCudnn.cudnnSetPooling2dDescriptor(p, mode, nan, 1, 3, 0, 1, 1, 2);
        return p;
    }

    private static double[] forward(int mode, int nan, double... x) {
        try (Libraries gpu = Libraries.open()) {
            Pointer y = gpu.doubles(1, 1, 1);
            JCudnn.cudnnPoolingForward(
                    gpu.dnn,
                    descriptor(gpu, mode, nan),
                    scalar(DOUBLE, 2),
                    gpu.tensor(DOUBLE, 1, 1, 1, 5),
                    gpu.doubles(x),
                    scalar(DOUBLE, 3),
                    gpu.tensor(DOUBLE, 1, 1, 1, 3),
                    y);
            double[] result = getDoubles(y, 3);
            for (int i = 0; i < 3; i++) {
                result[i] = (result[i] - 3) / 2;
            }
            return result;
        }
    }

    private static double[] backward(int mode, double... x) {
        try (Libraries gpu = Libraries.open()) {
            cudnnPoolingDescriptor p = descriptor(gpu, mode, 0);
            cudnnTensorDescriptor xs = gpu.tensor(DOUBLE, 1, 1, 1, 5);
            cudnnTensorDescriptor ys = gpu.tensor(DOUBLE, 1, 1, 1, 3);
            Pointer input = gpu.doubles(x);
            Pointer y = gpu.memory(24);
            Pointer dx = gpu.doubles(filled(5, Double.NaN));
            JCudnn.cudnnPoolingForward(
                    gpu.dnn, p, scalar(DOUBLE, 1), xs, input, scalar(DOUBLE, 0), ys, y);
            JCudnn.cudnnPoolingBackward(
                    gpu.dnn,
                    p,
                    scalar(DOUBLE, 1),
                    ys,
                    y,
                    ys,
                    gpu.doubles(DY),
                    xs,
                    input,
                    scalar(DOUBLE, 0),
                    xs,
                    dx);
            return getDoubles(dx, 5);
        }
    }

    @Test
    void maxIgnoresPadding() {
        assertArrayEquals(new double[] {-1, -2, -2}, forward(MAX, 0, -1, -5, -6, -2, -4));
        assertArrayEquals(new double[] {-1, -2, -2}, forward(DETERMINISTIC, 0, -1, -5, -6, -2, -4));
    }

    @Test
    void averagesCountOrLeaveOutPadding() {
        assertArrayEquals(new double[] {3, 6, 5}, forward(INCLUDE, 0, 3, 6, 9, 3, 12));
        assertArrayEquals(new double[] {4.5, 6, 7.5}, forward(EXCLUDE, 0, 3, 6, 9, 3, 12));
    }

    @Test
    void nanIsHandedOnWhereAsked() {
        double nan = Double.NaN;
        assertArrayEquals(new double[] {1, 3, 4}, forward(MAX, 0, 1, nan, 3, 2, 4));
        assertArrayEquals(new double[] {nan, nan, 4}, forward(MAX, 1, 1, nan, 3, 2, 4));
    }

    @Test
    void gradientsGoWhereTheValuesCameFrom() {
        assertArrayEquals(new double[] {12, 0, 0, 60, 0}, backward(MAX, 3, 1, 2, 5, 4));
        assertArrayEquals(
                new double[] {0, 12 + 24, 0, 0, 36}, backward(DETERMINISTIC, 1, 7, 2, 5, 6));
        assertArrayEquals(new double[] {4, 12, 8, 20, 12}, backward(INCLUDE, 1, 1, 1, 1, 1));
        assertArrayEquals(new double[] {6, 14, 8, 26, 18}, backward(EXCLUDE, 1, 1, 1, 1, 1));
    }

    /** A 3d window, and sizes rounded up as frameworks do: the last window hangs over the edge. */
    @Test
    void windowsOfThreeDimensionsMayHangOver() {
        try (Libraries gpu = Libraries.open()) {
            cudnnPoolingDescriptor p =
                    gpu.make(
                            new cudnnPoolingDescriptor(),
                            JCudnn::cudnnCreatePoolingDescriptor,
                            JCudnn::cudnnDestroyPoolingDescriptor);
            JCudnn.cudnnSetPoolingNdDescriptor(
                    p, EXCLUDE, 0, 3, new int[] {2, 2, 2}, new int[3], new int[] {2, 2, 2});
            Pointer y = gpu.memory(16);
            JCudnn.cudnnPoolingForward(
                    gpu.dnn,
                    p,
                    scalar(DOUBLE, 1),
                    gpu.tensor(DOUBLE, 1, 1, 2, 2, 3),
                    gpu.doubles(1, 2, 10, 3, 4, 20, 5, 6, 30, 7, 8, 40),
                    scalar(DOUBLE, 0),
                    gpu.tensor(DOUBLE, 1, 1, 1, 1, 2),
                    y);
            assertArrayEquals(new double[] {4.5, 25}, getDoubles(y, 2));
        }
    }
}
