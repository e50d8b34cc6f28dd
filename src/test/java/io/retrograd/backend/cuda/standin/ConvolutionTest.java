package io.retrograd.backend.cuda.standin;

import static io.retrograd.backend.cuda.standin.ConvolutionCase.count;
import static io.retrograd.backend.cuda.standin.Libraries.DOUBLE;
import static io.retrograd.backend.cuda.standin.Libraries.FLOAT;
import static io.retrograd.backend.cuda.standin.Libraries.getDoubles;
import static io.retrograd.backend.cuda.standin.Libraries.scalar;
import static io.retrograd.backend.cuda.standin.Numbers.filled;
import static io.retrograd.backend.cuda.standin.Numbers.integers;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.retrograd.backend.cuda.standin.ConvolutionCase.Axis;
import java.util.List;
import java.util.stream.Stream;
import jcuda.Pointer;
import jcuda.jcudnn.JCudnn;
import jcuda.jcudnn.cudnnActivationDescriptor;
import jcuda.jcudnn.cudnnActivationMode;
import jcuda.jcudnn.cudnnConvolutionDescriptor;
import jcuda.jcudnn.cudnnConvolutionFwdAlgo;
import jcuda.jcudnn.cudnnConvolutionMode;
import jcuda.jcudnn.cudnnDataType;
import jcuda.jcudnn.cudnnFilterDescriptor;
import jcuda.jcudnn.cudnnTensorDescriptor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The stand-in's convolutions against the loops of their definition, exactly, on integers. */
class ConvolutionTest {
    private static final double ALPHA = 2;
    private static final double BETA = 3;

    static Stream<ConvolutionCase> cases() {
        return Stream.of(true, false).flatMap(ConvolutionTest::cases);
    }

    private static Stream<ConvolutionCase> cases(boolean flip) {
        return Stream.of(
                new ConvolutionCase(2, 3, 4, 1, flip, List.of(plain(7, 3, 1), plain(9, 2, 0))),
                new ConvolutionCase(1, 1, 1, 1, flip, List.of(plain(1, 1, 0), plain(1, 1, 0))),
                new ConvolutionCase(2, 4, 6, 2, flip, List.of(plain(5, 3, 2), plain(4, 3, 1))),
                new ConvolutionCase(3, 4, 4, 4, flip, List.of(plain(6, 5, 4), plain(5, 1, 0))),
                new ConvolutionCase(2, 3, 2, 1, flip, List.of(plain(1, 1, 0), plain(13, 5, 2))),
                new ConvolutionCase(
                        1, 2, 4, 2, flip, List.of(plain(4, 2, 1), plain(5, 3, 0), plain(3, 3, 1))),
                new ConvolutionCase(
                        2,
                        2,
                        3,
                        1,
                        flip,
                        List.of(new Axis(9, 3, 2, 2, 2), new Axis(11, 2, 1, 3, 4))),
                new ConvolutionCase(
                        1,
                        2,
                        2,
                        1,
                        flip,
                        List.of(
                                new Axis(5, 2, 1, 2, 1),
                                new Axis(6, 2, 0, 1, 2),
                                new Axis(7, 3, 2, 3, 1))));
    }

    private static Axis plain(int in, int filter, int padding) {
        return new Axis(in, filter, padding, 1, 1);
    }

    /** A case's descriptors. */
    private record Setup(
            cudnnTensorDescriptor x,
            cudnnFilterDescriptor w,
            cudnnTensorDescriptor y,
            cudnnConvolutionDescriptor convolution) {}

    private static Setup setup(Libraries gpu, ConvolutionCase v, int type) {
        cudnnConvolutionDescriptor convolution = gpu.convolution();
        JCudnn.cudnnSetConvolutionNdDescriptor(
                convolution,
                v.axes().size(),
                v.each(Axis::padding),
                v.each(Axis::stride),
                v.each(Axis::dilation),
                v.flip()
                        ? cudnnConvolutionMode.CUDNN_CONVOLUTION
                        : cudnnConvolutionMode.CUDNN_CROSS_CORRELATION,
                type);
        JCudnn.cudnnSetConvolutionGroupCount(convolution, v.groups());
        return new Setup(
                gpu.tensor(type, v.xDims()),
                gpu.filter(type, v.wDims()),
                gpu.tensor(type, v.yDims()),
                convolution);
    }

    private static double[] blend(double[] result, double[] old) {
        double[] blended = new double[old.length];
        for (int i = 0; i < old.length; i++) {
            blended[i] = ALPHA * result[i] + BETA * old[i];
        }
        return blended;
    }

    @ParameterizedTest
    @MethodSource("cases")
    void forwardIsItsDefinition(ConvolutionCase v) {
        double[] x = integers(count(v.xDims()), 1);
        double[] w = integers(count(v.wDims()), 2);
        double[] old = integers(count(v.yDims()), 3);
        double[] expected = new double[old.length];
        v.forEach((i, j, k) -> expected[i] += x[j] * w[k]);
        try (Libraries gpu = Libraries.open()) {
            Setup s = setup(gpu, v, DOUBLE);
            int[] dims = new int[v.axes().size() + 2];
            JCudnn.cudnnGetConvolutionNdForwardOutputDim(
                    s.convolution, s.x, s.w, dims.length, dims);
            assertArrayEquals(v.yDims(), dims);
            Pointer y = gpu.doubles(old);
            JCudnn.cudnnConvolutionForward(
                    gpu.dnn,
                    scalar(DOUBLE, ALPHA),
                    s.x,
                    gpu.doubles(x),
                    s.w,
                    gpu.doubles(w),
                    s.convolution,
                    cudnnConvolutionFwdAlgo.CUDNN_CONVOLUTION_FWD_ALGO_IMPLICIT_GEMM,
                    null,
                    0,
                    scalar(DOUBLE, BETA),
                    s.y,
                    y);
            assertArrayEquals(blend(expected, old), getDoubles(y, old.length));
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void backwardDataIsTheAdjoint(ConvolutionCase v) {
        double[] w = integers(count(v.wDims()), 2);
        double[] dy = integers(count(v.yDims()), 3);
        double[] old = integers(count(v.xDims()), 4);
        double[] expected = new double[old.length];
        v.forEach((i, j, k) -> expected[j] += dy[i] * w[k]);
        try (Libraries gpu = Libraries.open()) {
            Setup s = setup(gpu, v, DOUBLE);
            Pointer dx = gpu.doubles(old);
            JCudnn.cudnnConvolutionBackwardData(
                    gpu.dnn,
                    scalar(DOUBLE, ALPHA),
                    s.w,
                    gpu.doubles(w),
                    s.y,
                    gpu.doubles(dy),
                    s.convolution,
                    0,
                    null,
                    0,
                    scalar(DOUBLE, BETA),
                    s.x,
                    dx);
            assertArrayEquals(blend(expected, old), getDoubles(dx, old.length));
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void backwardFilterIsTheAdjoint(ConvolutionCase v) {
        double[] x = integers(count(v.xDims()), 1);
        double[] dy = integers(count(v.yDims()), 3);
        double[] old = integers(count(v.wDims()), 4);
        double[] expected = new double[old.length];
        v.forEach((i, j, k) -> expected[k] += dy[i] * x[j]);
        try (Libraries gpu = Libraries.open()) {
            Setup s = setup(gpu, v, DOUBLE);
            Pointer dw = gpu.doubles(old);
            JCudnn.cudnnConvolutionBackwardFilter(
                    gpu.dnn,
                    scalar(DOUBLE, ALPHA),
                    s.x,
                    gpu.doubles(x),
                    s.y,
                    gpu.doubles(dy),
                    s.convolution,
                    0,
                    null,
                    0,
                    scalar(DOUBLE, BETA),
                    s.w,
                    dw);
            assertArrayEquals(blend(expected, old), getDoubles(dw, old.length));
        }
    }

    /** x lies N H W C, y in the middle of a greater buffer; beta 0 reads none of what y held. */
    @Test
    void stridesAreFollowed() {
        ConvolutionCase v =
                new ConvolutionCase(2, 3, 2, 1, false, List.of(plain(4, 3, 1), plain(5, 2, 0)));
        double[] x = integers(count(v.xDims()), 1);
        double[] w = integers(count(v.wDims()), 2);
        int[] out = v.yDims();
        int[] strides = {out[1] * out[2] * 7, out[2] * 7, 7, 1};
        double[] expected = filled(out[0] * strides[0], Double.NaN);
        v.forEach(
                (i, j, k) -> {
                    int at = i / out[3] * 7 + i % out[3];
                    int channel = j / 20 % 3;
                    int last = (j / 60 * 20 + j % 20) * 3 + channel;
                    expected[at] = (Double.isNaN(expected[at]) ? 0 : expected[at]) + x[last] * w[k];
                });
        try (Libraries gpu = Libraries.open()) {
            Setup s = setup(gpu, v, FLOAT);
            cudnnTensorDescriptor spread = gpu.tensor();
            JCudnn.cudnnSetTensorNdDescriptor(spread, FLOAT, 4, out, strides);
            Pointer y = gpu.floats(filled(expected.length, Double.NaN));
            JCudnn.cudnnConvolutionForward(
                    gpu.dnn,
                    scalar(FLOAT, 1),
                    gpu.channelsLast(FLOAT, v.xDims()),
                    gpu.floats(x),
                    s.w,
                    gpu.floats(w),
                    s.convolution,
                    0,
                    null,
                    0,
                    scalar(FLOAT, 0),
                    spread,
                    y);
            assertArrayEquals(expected, Libraries.getFloats(y, expected.length));
        }
    }

    @Test
    void backwardBiasSumsOverAllButChannels() {
        try (Libraries gpu = Libraries.open()) {
            Pointer db = gpu.doubles(10, 20);
            JCudnn.cudnnConvolutionBackwardBias(
                    gpu.dnn,
                    scalar(DOUBLE, 1),
                    gpu.tensor(DOUBLE, 2, 2, 1, 3),
                    gpu.doubles(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12),
                    scalar(DOUBLE, 2),
                    gpu.tensor(DOUBLE, 1, 2, 1, 1),
                    db);
            assertArrayEquals(new double[] {20 + 30, 40 + 48}, getDoubles(db, 2));
        }
    }

    @Test
    void fusedFormAddsAndActivates() {
        ConvolutionCase v =
                new ConvolutionCase(1, 1, 2, 1, false, List.of(plain(1, 1, 0), plain(3, 1, 0)));
        try (Libraries gpu = Libraries.open()) {
            Setup s = setup(gpu, v, FLOAT);
            cudnnActivationDescriptor relu =
                    gpu.make(
                            new cudnnActivationDescriptor(),
                            JCudnn::cudnnCreateActivationDescriptor,
                            JCudnn::cudnnDestroyActivationDescriptor);
            JCudnn.cudnnSetActivationDescriptor(
                    relu, cudnnActivationMode.CUDNN_ACTIVATION_RELU, 0, 0);
            Pointer y = gpu.floats(filled(6, Double.NaN));
            JCudnn.cudnnConvolutionBiasActivationForward(
                    gpu.dnn,
                    scalar(FLOAT, 2),
                    s.x,
                    gpu.floats(1, 2, 3),
                    s.w,
                    gpu.floats(1, -1),
                    s.convolution,
                    0,
                    null,
                    0,
                    scalar(FLOAT, 3),
                    s.y,
                    gpu.floats(0, 0, 1, 1, 2, 3),
                    gpu.tensor(FLOAT, 1, 2, 1, 1),
                    gpu.floats(-3, 1),
                    relu,
                    s.y,
                    y);
            assertArrayEquals(new double[] {0, 1, 6, 2, 3, 4}, Libraries.getFloats(y, 6));
        }
    }

    /** 1 + 2^-11 is no half: it rounds to even, 1, and 1 + 3 2^-11 to 1 + 2^-9. */
    @Test
    void halfRoundsToNearestEven() {
        ConvolutionCase v =
                new ConvolutionCase(1, 2, 1, 1, false, List.of(plain(1, 1, 0), plain(2, 1, 0)));
        int half = cudnnDataType.CUDNN_DATA_HALF;
        try (Libraries gpu = Libraries.open()) {
            Setup s = setup(gpu, v, half);
            cudnnConvolutionDescriptor convolution = gpu.convolution();
            JCudnn.cudnnSetConvolutionNdDescriptor(
                    convolution, 2, new int[2], new int[] {1, 1}, new int[] {1, 1}, 1, FLOAT);
            Pointer y = gpu.shorts(0, 0);
            // 1.0, 1.0 and 2^-11, 3 2^-11.
            Pointer x = gpu.shorts(0x3c00, 0x3c00, 0x1000, 0x1600);
            JCudnn.cudnnConvolutionForward(
                    gpu.dnn,
                    scalar(half, 1),
                    s.x,
                    x,
                    s.w,
                    gpu.shorts(0x3c00, 0x3c00),
                    convolution,
                    0,
                    null,
                    0,
                    scalar(half, 0),
                    s.y,
                    y);
            assertArrayEquals(new int[] {0x3c00, 0x3c02}, Libraries.getShorts(y, 2));
        }
    }
}
