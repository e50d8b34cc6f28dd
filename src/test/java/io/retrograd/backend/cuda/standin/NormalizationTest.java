package io.retrograd.backend.cuda.standin;

import static io.retrograd.backend.cuda.standin.Libraries.BAD_PARAM;
import static io.retrograd.backend.cuda.standin.Libraries.DOUBLE;
import static io.retrograd.backend.cuda.standin.Libraries.getDoubles;
import static io.retrograd.backend.cuda.standin.Libraries.scalar;
import static io.retrograd.backend.cuda.standin.Libraries.status;
import static io.retrograd.backend.cuda.standin.Numbers.assertGradient;
import static io.retrograd.backend.cuda.standin.Numbers.reals;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import jcuda.Pointer;
import jcuda.jcudnn.JCudnn;
import jcuda.jcudnn.cudnnActivationDescriptor;
import jcuda.jcudnn.cudnnBatchNormMode;
import jcuda.jcudnn.cudnnBatchNormOps;
import jcuda.jcudnn.cudnnDataType;
import jcuda.jcudnn.cudnnLRNDescriptor;
import jcuda.jcudnn.cudnnTensorDescriptor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Batch normalization and local response normalization, by their definitions. */
class NormalizationTest {
    private static final int N = 3;
    private static final int C = 2;
    private static final int SPACE = 4;
    private static final int COUNT = N * C * SPACE;
    private static final double EPSILON = 0.1;
    private static final double FACTOR = 0.3;
    private static final double ULPS = 1e-13;

    private static int owners(int mode) {
        return mode == cudnnBatchNormMode.CUDNN_BATCHNORM_PER_ACTIVATION ? C * SPACE : C;
    }

    /** The parameter that an element of x goes with. */
    private static int owner(int mode, int i) {
        return mode == cudnnBatchNormMode.CUDNN_BATCHNORM_PER_ACTIVATION
                ? i % (C * SPACE)
                : i / SPACE % C;
    }

    /** A normalization's memory. */
    private static final class Setup {
        final Libraries gpu;
        final int mode;
        final int parameters;
        final cudnnTensorDescriptor x;
        final cudnnTensorDescriptor derived;
        final Pointer savedMean;
        final Pointer savedDeviation;
        final Pointer runningMean;
        final Pointer runningVariance;

        Setup(Libraries gpu, int mode) {
            this.gpu = gpu;
            this.mode = mode;
            parameters = owners(mode);
            x = gpu.tensor(DOUBLE, N, C, 2, 2);
            derived = gpu.tensor();
            JCudnn.cudnnDeriveBNTensorDescriptor(derived, x, mode);
            savedMean = gpu.memory(8L * parameters);
            savedDeviation = gpu.memory(8L * parameters);
            runningMean = gpu.doubles(Numbers.filled(parameters, 1));
            runningVariance = gpu.doubles(Numbers.filled(parameters, 2));
        }

        double[] forward(double[] values, double[] scale, double[] bias) {
            Pointer y = gpu.memory(8L * COUNT);
            JCudnn.cudnnBatchNormalizationForwardTraining(
                    gpu.dnn,
                    mode,
                    scalar(DOUBLE, 1),
                    scalar(DOUBLE, 0),
                    x,
                    gpu.doubles(values),
                    x,
                    y,
                    derived,
                    gpu.doubles(scale),
                    gpu.doubles(bias),
                    FACTOR,
                    runningMean,
                    runningVariance,
                    EPSILON,
                    savedMean,
                    savedDeviation);
            return getDoubles(y, COUNT);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void trainingNormalizesWithTheBatch(int mode) {
        double[] x = reals(COUNT, 1);
        double[] scale = reals(owners(mode), 2);
        double[] bias = reals(owners(mode), 3);
        try (Libraries gpu = Libraries.open()) {
            Setup s = new Setup(gpu, mode);
            double[] y = s.forward(x, scale, bias);
            int n = COUNT / s.parameters;
            double[] running = getDoubles(s.runningMean, s.parameters);
            double[] runningVariance = getDoubles(s.runningVariance, s.parameters);
            for (int p = 0; p < s.parameters; p++) {
                double mean = 0;
                double square = 0;
                for (int i = 0; i < COUNT; i++) {
                    if (owner(mode, i) == p) {
                        mean += x[i] / n;
                        square += x[i] * x[i] / n;
                    }
                }
                double variance = square - mean * mean;
                assertEquals(0.7 + FACTOR * mean, running[p], ULPS);
                assertEquals(1.4 + FACTOR * variance * n / (n - 1), runningVariance[p], ULPS);
                for (int i = 0; i < COUNT; i++) {
                    if (owner(mode, i) == p) {
                        double expected =
                                scale[p] * (x[i] - mean) / Math.sqrt(variance + EPSILON) + bias[p];
                        assertEquals(expected, y[i], ULPS);
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void backwardIsTheGradient(int mode) {
        double[] x = reals(COUNT, 1);
        double[] dy = reals(COUNT, 4);
        try (Libraries gpu = Libraries.open()) {
            Setup s = new Setup(gpu, mode);
            double[] scale = reals(s.parameters, 2);
            double[] bias = reals(s.parameters, 3);
            s.forward(x, scale, bias);
            Pointer dx = gpu.memory(8L * COUNT);
            Pointer dscale = gpu.memory(8L * s.parameters);
            Pointer dbias = gpu.memory(8L * s.parameters);
            JCudnn.cudnnBatchNormalizationBackward(
                    gpu.dnn,
                    mode,
                    scalar(DOUBLE, 1),
                    scalar(DOUBLE, 0),
                    scalar(DOUBLE, 1),
                    scalar(DOUBLE, 0),
                    s.x,
                    gpu.doubles(x),
                    s.x,
                    gpu.doubles(dy),
                    s.x,
                    dx,
                    s.derived,
                    gpu.doubles(scale),
                    dscale,
                    dbias,
                    EPSILON,
                    s.savedMean,
                    s.savedDeviation);
            assertGradient(x, getDoubles(dx, COUNT), dy, at -> s.forward(at, scale, bias));
            assertGradient(
                    scale, getDoubles(dscale, s.parameters), dy, at -> s.forward(x, at, bias));
            assertGradient(
                    bias, getDoubles(dbias, s.parameters), dy, at -> s.forward(x, scale, at));
        }
    }

    @Test
    void inferenceTakesWhatWasEstimated() {
        try (Libraries gpu = Libraries.open()) {
            cudnnTensorDescriptor x = gpu.tensor(DOUBLE, 1, 2, 1, 1);
            Pointer y = gpu.memory(16);
            JCudnn.cudnnBatchNormalizationForwardInference(
                    gpu.dnn,
                    cudnnBatchNormMode.CUDNN_BATCHNORM_SPATIAL,
                    scalar(DOUBLE, 1),
                    scalar(DOUBLE, 0),
                    x,
                    gpu.doubles(5, 7),
                    x,
                    y,
                    x,
                    gpu.doubles(2, 3),
                    gpu.doubles(1, 10),
                    gpu.doubles(1, 2),
                    gpu.doubles(3.75, 24.75),
                    0.25);
            assertArrayEquals(new double[] {1 + 2 * 4 / 2.0, 10 + 3 * 5 / 5.0}, getDoubles(y, 2));
        }
    }

    @Test
    void halfOfAPairIsRefused() {
        try (Libraries gpu = Libraries.open()) {
            cudnnTensorDescriptor x = gpu.tensor(DOUBLE, 1, 2, 1, 1);
            Pointer p = gpu.doubles(1, 2);
            for (double epsilon : new double[] {0.1, -0.1}) {
                Pointer variance = epsilon > 0 ? null : p;
                assertEquals(
                        BAD_PARAM,
                        status(
                                () ->
                                        JCudnn.cudnnBatchNormalizationForwardTraining(
                                                gpu.dnn,
                                                1,
                                                scalar(DOUBLE, 1),
                                                scalar(DOUBLE, 0),
                                                x,
                                                p,
                                                x,
                                                gpu.memory(16),
                                                x,
                                                p,
                                                p,
                                                1,
                                                p,
                                                variance,
                                                epsilon,
                                                null,
                                                null)));
            }
        }
    }

    /** Of the fused form cuDNN does half in N H W C; two channels of ±1 about 0, and z. */
    @Test
    void fusedFormAddsAndCutsOff() {
        int half = cudnnDataType.CUDNN_DATA_HALF;
        int mode = cudnnBatchNormMode.CUDNN_BATCHNORM_SPATIAL_PERSISTENT;
        int ops = cudnnBatchNormOps.CUDNN_BATCHNORM_OPS_BN_ADD_ACTIVATION;
        try (Libraries gpu = Libraries.open()) {
            cudnnActivationDescriptor relu =
                    gpu.make(
                            new cudnnActivationDescriptor(),
                            JCudnn::cudnnCreateActivationDescriptor,
                            JCudnn::cudnnDestroyActivationDescriptor);
            JCudnn.cudnnSetActivationDescriptor(relu, 1, 0, 0);
            cudnnTensorDescriptor x = gpu.channelsLast(half, 2, 4, 1, 1);
            cudnnTensorDescriptor derived = gpu.tensor();
            JCudnn.cudnnDeriveBNTensorDescriptor(derived, x, mode);
            long[] workspace = new long[1];
            long[] reserve = new long[1];
            JCudnn.cudnnGetBatchNormalizationForwardTrainingExWorkspaceSize(
                    gpu.dnn, mode, ops, x, x, x, derived, relu, workspace);
            JCudnn.cudnnGetBatchNormalizationTrainingExReserveSpaceSize(
                    gpu.dnn, mode, ops, relu, x, reserve);
            Pointer space = gpu.memory(workspace[0]);
            Pointer mask = gpu.memory(reserve[0]);
            int one = 0x3c00;
            int minus = 0xbc00;
            Pointer xs = gpu.shorts(one, one, minus, minus, minus, minus, one, one);
            Pointer z = gpu.shorts(0, one, 0, one, 0, one, 0, one);
            Pointer y = gpu.memory(16);
            Pointer ones = gpu.floats(1, 1, 1, 1);
            Pointer zeros = gpu.floats(0, 0, 0, 0);
            Pointer f0 = scalar(half, 0);
            Pointer f1 = scalar(half, 1);
            JCudnn.cudnnBatchNormalizationForwardTrainingEx(
                    gpu.dnn,
                    mode,
                    ops,
                    f1,
                    f0,
                    x,
                    xs,
                    x,
                    z,
                    x,
                    y,
                    derived,
                    ones,
                    zeros,
                    1,
                    null,
                    null,
                    0,
                    null,
                    null,
                    relu,
                    space,
                    workspace[0],
                    mask,
                    reserve[0]);
            int two = 0x4000;
            assertArrayEquals(
                    new int[] {one, two, 0, 0, 0, 0, one, two}, Libraries.getShorts(y, 8));
            Pointer dz = gpu.memory(16);
            JCudnn.cudnnBatchNormalizationBackwardEx(
                    gpu.dnn,
                    mode,
                    ops,
                    f1,
                    f0,
                    f1,
                    f0,
                    x,
                    xs,
                    x,
                    y,
                    x,
                    xs,
                    x,
                    dz,
                    x,
                    gpu.memory(16),
                    derived,
                    ones,
                    zeros,
                    gpu.memory(16),
                    gpu.memory(16),
                    0,
                    null,
                    null,
                    relu,
                    space,
                    workspace[0],
                    mask,
                    reserve[0]);
            assertArrayEquals(
                    new int[] {one, one, 0, 0, 0, 0, one, one}, Libraries.getShorts(dz, 8));
        }
    }

    /** The window of an even n reaches one channel further ahead than behind. */
    @ParameterizedTest
    @ValueSource(ints = {1, 3, 4, 5})
    void responseNormalizationSpansChannels(int n) {
        int channels = 7;
        double[] x = reals(2 * channels, 1);
        double[] dy = reals(2 * channels, 2);
        try (Libraries gpu = Libraries.open()) {
            double[] y = lrn(gpu, n, x);
            for (int i = 0; i < y.length; i++) {
                double sum = 0;
                for (int c = 0; c < channels; c++) {
                    int ahead = c - i / 2;
                    if (ahead >= -((n - 1) / 2) && ahead <= n / 2) {
                        sum += x[c * 2 + i % 2] * x[c * 2 + i % 2];
                    }
                }
                assertEquals(x[i] * Math.pow(1.5 + 0.3 / n * sum, -0.6), y[i], ULPS);
            }
            cudnnTensorDescriptor t = gpu.tensor(DOUBLE, 1, channels, 1, 2);
            Pointer dx = gpu.memory(16L * channels);
            JCudnn.cudnnLRNCrossChannelBackward(
                    gpu.dnn,
                    lrn(gpu, n),
                    0,
                    scalar(DOUBLE, 1),
                    t,
                    gpu.doubles(y),
                    t,
                    gpu.doubles(dy),
                    t,
                    gpu.doubles(x),
                    scalar(DOUBLE, 0),
                    t,
                    dx);
            assertGradient(x, getDoubles(dx, 2 * channels), dy, at -> lrn(gpu, n, at));
        }
    }

    private static cudnnLRNDescriptor lrn(Libraries gpu, int n) {
        cudnnLRNDescriptor descriptor =
                gpu.make(
                        new cudnnLRNDescriptor(),
                        JCudnn::cudnnCreateLRNDescriptor,
                        JCudnn::cudnnDestroyLRNDescriptor);
        JCudnn.cudnnSetLRNDescriptor(descriptor, n, 0.3, 0.6, 1.5);
        return descriptor;
    }

    private static double[] lrn(Libraries gpu, int n, double[] x) {
        cudnnTensorDescriptor t = gpu.tensor(DOUBLE, 1, x.length / 2, 1, 2);
        Pointer y = gpu.memory(8L * x.length);
        JCudnn.cudnnLRNCrossChannelForward(
                gpu.dnn,
                lrn(gpu, n),
                0,
                scalar(DOUBLE, 1),
                t,
                gpu.doubles(x),
                scalar(DOUBLE, 0),
                t,
                y);
        return getDoubles(y, x.length);
    }
}
