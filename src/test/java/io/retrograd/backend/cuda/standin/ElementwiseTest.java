package io.retrograd.backend.cuda.standin;

import static io.retrograd.backend.cuda.standin.Libraries.BAD_PARAM;
import static io.retrograd.backend.cuda.standin.Libraries.DOUBLE;
import static io.retrograd.backend.cuda.standin.Libraries.FLOAT;
import static io.retrograd.backend.cuda.standin.Libraries.NOT_SUPPORTED;
import static io.retrograd.backend.cuda.standin.Libraries.getDoubles;
import static io.retrograd.backend.cuda.standin.Libraries.scalar;
import static io.retrograd.backend.cuda.standin.Libraries.status;
import static io.retrograd.backend.cuda.standin.Numbers.assertGradient;
import static io.retrograd.backend.cuda.standin.Numbers.filled;
import static io.retrograd.backend.cuda.standin.Numbers.reals;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import jcuda.Pointer;
import jcuda.jcudnn.JCudnn;
import jcuda.jcudnn.cudnnActivationDescriptor;
import jcuda.jcudnn.cudnnActivationMode;
import jcuda.jcudnn.cudnnDropoutDescriptor;
import jcuda.jcudnn.cudnnOpTensorDescriptor;
import jcuda.jcudnn.cudnnOpTensorOp;
import jcuda.jcudnn.cudnnReduceTensorDescriptor;
import jcuda.jcudnn.cudnnReduceTensorIndices;
import jcuda.jcudnn.cudnnReduceTensorOp;
import jcuda.jcudnn.cudnnTensorDescriptor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Activations, softmax, dropout, and the operations on whole tensors. */
class ElementwiseTest {
    private static final double NAN = Double.NaN;
    private static final double ULPS = 1e-14;

    private static cudnnActivationDescriptor activation(Libraries gpu, int mode, int nan) {
        cudnnActivationDescriptor f =
                gpu.make(
                        new cudnnActivationDescriptor(),
                        JCudnn::cudnnCreateActivationDescriptor,
                        JCudnn::cudnnDestroyActivationDescriptor);
        JCudnn.cudnnSetActivationDescriptor(f, mode, nan, 1.5);
        return f;
    }

    private static double[] activate(Libraries gpu, int mode, int nan, double... x) {
        cudnnTensorDescriptor t = gpu.tensor(DOUBLE, 1, x.length, 1, 1);
        Pointer y = gpu.memory(8L * x.length);
        JCudnn.cudnnActivationForward(
                gpu.dnn,
                activation(gpu, mode, nan),
                scalar(DOUBLE, 1),
                t,
                gpu.doubles(x),
                scalar(DOUBLE, 0),
                t,
                y);
        return getDoubles(y, x.length);
    }

    private static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    private static DoubleUnaryOperator function(int mode) {
        return switch (mode) {
            case cudnnActivationMode.CUDNN_ACTIVATION_SIGMOID -> ElementwiseTest::sigmoid;
            case cudnnActivationMode.CUDNN_ACTIVATION_RELU -> x -> Math.max(x, 0);
            case cudnnActivationMode.CUDNN_ACTIVATION_TANH -> Math::tanh;
            case cudnnActivationMode.CUDNN_ACTIVATION_CLIPPED_RELU ->
                    x -> Math.min(Math.max(x, 0), 1.5);
            case cudnnActivationMode.CUDNN_ACTIVATION_ELU -> x -> x > 0 ? x : 1.5 * Math.expm1(x);
            default -> x -> x * sigmoid(x);
        };
    }

    @ParameterizedTest
    @CsvSource({"0", "1", "2", "3", "4", "6"})
    void activationsAreTheirFunctions(int mode) {
        // As far as beyond the ceiling of 1.5.
        double[] x = Arrays.stream(reals(11, mode)).map(value -> 3 * value).toArray();
        double[] dy = reals(11, 100);
        double[] expected = Arrays.stream(x).map(function(mode)).toArray();
        try (Libraries gpu = Libraries.open()) {
            assertArrayEquals(expected, activate(gpu, mode, 0, x), ULPS);
            cudnnTensorDescriptor t = gpu.tensor(DOUBLE, 1, 11, 1, 1);
            Pointer dx = gpu.memory(88);
            JCudnn.cudnnActivationBackward(
                    gpu.dnn,
                    activation(gpu, mode, 0),
                    scalar(DOUBLE, 1),
                    t,
                    gpu.doubles(expected),
                    t,
                    gpu.doubles(dy),
                    t,
                    gpu.doubles(x),
                    scalar(DOUBLE, 0),
                    t,
                    dx);
            assertGradient(x, getDoubles(dx, 11), dy, at -> activate(gpu, mode, 0, at));
        }
    }

    @Test
    void onlyReluCanStopNan() {
        try (Libraries gpu = Libraries.open()) {
            int relu = cudnnActivationMode.CUDNN_ACTIVATION_RELU;
            assertArrayEquals(new double[] {0, 2}, activate(gpu, relu, 0, NAN, 2));
            assertArrayEquals(new double[] {NAN, 2}, activate(gpu, relu, 1, NAN, 2));
            int tanh = cudnnActivationMode.CUDNN_ACTIVATION_TANH;
            assertArrayEquals(new double[] {NAN}, activate(gpu, tanh, 0, NAN));
            int identity = cudnnActivationMode.CUDNN_ACTIVATION_IDENTITY;
            cudnnTensorDescriptor t = gpu.tensor(DOUBLE, 1, 1, 1, 1);
            Pointer x = gpu.doubles(1);
            assertEquals(
                    NOT_SUPPORTED,
                    status(
                            () ->
                                    JCudnn.cudnnActivationForward(
                                            gpu.dnn,
                                            activation(gpu, identity, 0),
                                            scalar(DOUBLE, 1),
                                            t,
                                            x,
                                            scalar(DOUBLE, 0),
                                            t,
                                            x)));
        }
    }

    private static double[] softmax(Libraries gpu, int algorithm, int mode, double... x) {
        cudnnTensorDescriptor t = gpu.tensor(DOUBLE, 1, 3, 1, 2);
        Pointer y = gpu.memory(48);
        JCudnn.cudnnSoftmaxForward(
                gpu.dnn,
                algorithm,
                mode,
                scalar(DOUBLE, 1),
                t,
                gpu.doubles(x),
                scalar(DOUBLE, 0),
                t,
                y);
        return getDoubles(y, 6);
    }

    @ParameterizedTest
    @CsvSource({"0,0", "0,1", "1,0", "1,1", "2,0", "2,1"})
    void softmaxSumsToOne(int algorithm, int mode) {
        double[] x = reals(6, 1);
        double[] dy = reals(6, 2);
        try (Libraries gpu = Libraries.open()) {
            double[] y = softmax(gpu, algorithm, mode, x);
            for (int i = 0; i < 6; i++) {
                double sum = 0;
                for (int j = 0; j < 6; j++) {
                    sum += mode == 0 || i % 2 == j % 2 ? Math.exp(x[j]) : 0;
                }
                double expected = Math.exp(x[i]) / sum;
                assertEquals(algorithm == 2 ? Math.log(expected) : expected, y[i], ULPS);
            }
            cudnnTensorDescriptor t = gpu.tensor(DOUBLE, 1, 3, 1, 2);
            Pointer dx = gpu.memory(48);
            JCudnn.cudnnSoftmaxBackward(
                    gpu.dnn,
                    algorithm,
                    mode,
                    scalar(DOUBLE, 1),
                    t,
                    gpu.doubles(y),
                    t,
                    gpu.doubles(dy),
                    scalar(DOUBLE, 0),
                    t,
                    dx);
            assertGradient(x, getDoubles(dx, 6), dy, at -> softmax(gpu, algorithm, mode, at));
        }
    }

    @Test
    void dropoutScalesWhatItKeeps() {
        try (Libraries gpu = Libraries.open()) {
            cudnnDropoutDescriptor d =
                    gpu.make(
                            new cudnnDropoutDescriptor(),
                            JCudnn::cudnnCreateDropoutDescriptor,
                            JCudnn::cudnnDestroyDropoutDescriptor);
            long[] bytes = new long[1];
            JCudnn.cudnnDropoutGetStatesSize(gpu.dnn, bytes);
            JCudnn.cudnnSetDropoutDescriptor(d, gpu.dnn, 0.25f, gpu.memory(bytes[0]), bytes[0], 7);
            int count = 10_000;
            cudnnTensorDescriptor t = gpu.tensor(DOUBLE, 1, count, 1, 1);
            JCudnn.cudnnDropoutGetReserveSpaceSize(t, bytes);
            Pointer reserve = gpu.memory(bytes[0]);
            Pointer ones = gpu.doubles(filled(count, 1));
            Pointer y = gpu.memory(8L * count);
            Pointer dx = gpu.memory(8L * count);
            JCudnn.cudnnDropoutForward(gpu.dnn, d, t, ones, t, y, reserve, bytes[0]);
            JCudnn.cudnnDropoutBackward(gpu.dnn, d, t, ones, t, dx, reserve, bytes[0]);
            double[] kept = getDoubles(y, count);
            assertArrayEquals(kept, getDoubles(dx, count));
            int zeros = (int) Arrays.stream(kept).filter(v -> v == 0).count();
            // Four standard deviations of a binomial distribution.
            assertEquals(0.25 * count, zeros, 4 * Math.sqrt(count * 0.25 * 0.75));
            for (double v : kept) {
                assertEquals(v == 0 ? 0 : 4.0 / 3, v, ULPS);
            }
            assertEquals(
                    BAD_PARAM,
                    status(
                            () ->
                                    JCudnn.cudnnDropoutForward(
                                            gpu.dnn, d, t, ones, t, y, reserve, bytes[0] - 4)));
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 12, 13", "1, 20, 30", "2, 2, 3", "3, 10, 10"})
    void opTensorBroadcastsItsSecond(int op, double first, double second) {
        try (Libraries gpu = Libraries.open()) {
            cudnnOpTensorDescriptor d = opTensor(gpu, op, 0);
            Pointer c = gpu.doubles(100, 200);
            JCudnn.cudnnOpTensor(
                    gpu.dnn,
                    d,
                    scalar(DOUBLE, 1),
                    gpu.tensor(DOUBLE, 1, 1, 1, 2),
                    gpu.doubles(2, 3),
                    scalar(DOUBLE, 10),
                    gpu.tensor(DOUBLE, 1, 1, 1, 1),
                    gpu.doubles(1),
                    scalar(DOUBLE, 0.5),
                    gpu.tensor(DOUBLE, 1, 1, 1, 2),
                    c);
            assertArrayEquals(new double[] {50 + first, 100 + second}, getDoubles(c, 2));
        }
    }

    private static cudnnOpTensorDescriptor opTensor(Libraries gpu, int op, int nan) {
        cudnnOpTensorDescriptor d =
                gpu.make(
                        new cudnnOpTensorDescriptor(),
                        JCudnn::cudnnCreateOpTensorDescriptor,
                        JCudnn::cudnnDestroyOpTensorDescriptor);
        JCudnn.cudnnSetOpTensorDescriptor(d, op, DOUBLE, nan);
        return d;
    }

    @Test
    void opTensorTreatsNanAsAsked() {
        try (Libraries gpu = Libraries.open()) {
            cudnnTensorDescriptor t = gpu.tensor(DOUBLE, 1, 1, 1, 1);
            for (int nan = 0; nan < 2; nan++) {
                Pointer c = gpu.memory(8);
                JCudnn.cudnnOpTensor(
                        gpu.dnn,
                        opTensor(gpu, cudnnOpTensorOp.CUDNN_OP_TENSOR_MAX, nan),
                        scalar(DOUBLE, 1),
                        t,
                        gpu.doubles(NAN),
                        scalar(DOUBLE, 1),
                        t,
                        gpu.doubles(1),
                        scalar(DOUBLE, 0),
                        t,
                        c);
                assertArrayEquals(new double[] {nan == 0 ? 1 : NAN}, getDoubles(c, 1));
            }
        }
    }

    @Test
    void wholeTensors() {
        try (Libraries gpu = Libraries.open()) {
            cudnnTensorDescriptor t = gpu.tensor(DOUBLE, 1, 2, 1, 3);
            Pointer y = gpu.memory(48);
            JCudnn.cudnnSetTensor(gpu.dnn, t, y, scalar(DOUBLE, 7));
            JCudnn.cudnnScaleTensor(gpu.dnn, t, y, scalar(DOUBLE, 2));
            JCudnn.cudnnAddTensor(
                    gpu.dnn,
                    scalar(DOUBLE, 10),
                    gpu.tensor(DOUBLE, 1, 2, 1, 1),
                    gpu.doubles(1, 2),
                    scalar(DOUBLE, 3),
                    t,
                    y);
            assertArrayEquals(new double[] {52, 52, 52, 62, 62, 62}, getDoubles(y, 6));
            JCudnn.cudnnTransformTensor(
                    gpu.dnn,
                    scalar(DOUBLE, 1),
                    t,
                    gpu.doubles(1, 2, 3, 4, 5, 6),
                    scalar(DOUBLE, 0),
                    gpu.channelsLast(DOUBLE, 1, 2, 1, 3),
                    y);
            assertArrayEquals(new double[] {1, 4, 2, 5, 3, 6}, getDoubles(y, 6));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0, -4, 3",
        "1, 60, 0",
        "2, -5, 0",
        "3, 4, 3",
        "4, 5, 3",
        "5, -1.3333333333333333, 1",
        "6, 12, 3",
        "7, 7.0710678118654755, 3",
        "8, 60, 3"
    })
    void reductions(int op, double first, double second) {
        // Reduced over the last dimension: (-3, 4, -5) and (3, 0, 0).
        try (Libraries gpu = Libraries.open()) {
            Pointer c = gpu.doubles(NAN, NAN);
            Pointer indices = gpu.ints(-1, -1);
            reduce(gpu, op, 0, c, indices, -3, 4, -5, 3, 0, 0);
            assertArrayEquals(new double[] {first, second}, getDoubles(c, 2), ULPS);
            int[] found = Libraries.getInts(indices, 2);
            switch (op) {
                case 2 -> assertArrayEquals(new int[] {2, 1}, found);
                case 3 -> assertArrayEquals(new int[] {1, 0}, found);
                case 4 -> assertArrayEquals(new int[] {2, 0}, found);
                default -> assertArrayEquals(new int[] {-1, -1}, found);
            }
        }
    }

    private static void reduce(
            Libraries gpu, int op, int nan, Pointer c, Pointer indices, double... a) {
        cudnnReduceTensorDescriptor d =
                gpu.make(
                        new cudnnReduceTensorDescriptor(),
                        JCudnn::cudnnCreateReduceTensorDescriptor,
                        JCudnn::cudnnDestroyReduceTensorDescriptor);
        JCudnn.cudnnSetReduceTensorDescriptor(
                d,
                op,
                DOUBLE,
                nan,
                cudnnReduceTensorIndices.CUDNN_REDUCE_TENSOR_FLATTENED_INDICES,
                0);
        cudnnTensorDescriptor from = gpu.tensor(DOUBLE, 1, 1, 2, a.length / 2);
        cudnnTensorDescriptor to = gpu.tensor(DOUBLE, 1, 1, 2, 1);
        long[] bytes = new long[1];
        JCudnn.cudnnGetReductionWorkspaceSize(gpu.dnn, d, from, to, bytes);
        JCudnn.cudnnReduceTensor(
                gpu.dnn,
                d,
                indices,
                8,
                gpu.memory(bytes[0]),
                bytes[0],
                scalar(DOUBLE, 1),
                from,
                gpu.doubles(a),
                scalar(DOUBLE, 0),
                to,
                c);
    }

    @Test
    void reductionsTreatNanAsAsked() {
        try (Libraries gpu = Libraries.open()) {
            Pointer c = gpu.memory(16);
            int max = cudnnReduceTensorOp.CUDNN_REDUCE_TENSOR_MAX;
            reduce(gpu, max, 0, c, gpu.ints(0, 0), NAN, 2, 1, NAN);
            assertArrayEquals(new double[] {2, 1}, getDoubles(c, 2));
            reduce(gpu, max, 1, c, gpu.ints(0, 0), NAN, 2, 1, NAN);
            assertArrayEquals(new double[] {NAN, NAN}, getDoubles(c, 2));
        }
    }

    @Test
    void typesMustAgree() {
        try (Libraries gpu = Libraries.open()) {
            Pointer p = gpu.doubles(1);
            assertEquals(
                    BAD_PARAM,
                    status(
                            () ->
                                    JCudnn.cudnnTransformTensor(
                                            gpu.dnn,
                                            scalar(FLOAT, 1),
                                            gpu.tensor(FLOAT, 1, 1, 1, 1),
                                            p,
                                            scalar(FLOAT, 0),
                                            gpu.tensor(DOUBLE, 1, 1, 1, 1),
                                            p)));
        }
    }
}
