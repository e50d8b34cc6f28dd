package io.retrograd.backend.cuda.standin;

import static io.retrograd.backend.cuda.standin.Libraries.DOUBLE;
import static io.retrograd.backend.cuda.standin.Libraries.NOT_SUPPORTED;
import static io.retrograd.backend.cuda.standin.Libraries.getDoubles;
import static io.retrograd.backend.cuda.standin.Libraries.status;
import static io.retrograd.backend.cuda.standin.Numbers.assertGradient;
import static io.retrograd.backend.cuda.standin.Numbers.reals;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.Arrays;
import jcuda.Pointer;
import jcuda.jcublas.JCublas2;
import jcuda.jcudnn.JCudnn;
import jcuda.jcudnn.cudnnDropoutDescriptor;
import jcuda.jcudnn.cudnnRNNBiasMode;
import jcuda.jcudnn.cudnnRNNDataDescriptor;
import jcuda.jcudnn.cudnnRNNDataLayout;
import jcuda.jcudnn.cudnnRNNDescriptor;
import jcuda.jcudnn.cudnnRNNMode;
import jcuda.jcudnn.cudnnTensorDescriptor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Recurrent networks: three sequences of 4, 2 and 1 steps, packed. */
class RnnTest {
    private static final int[] LENGTHS = {4, 2, 1};
    private static final int STEPS = 4;
    private static final int BATCH = 3;
    private static final int PACKED = 7;
    private static final int INPUT = 2;
    private static final int HIDDEN = 3;
    private static final double ULPS = 1e-13;

    /** A network with its memory. */
    private static final class Network {
        final Libraries gpu;
        final int mode;
        final int layers;
        final int directions;
        final cudnnRNNDescriptor rnn;
        final cudnnRNNDataDescriptor x;
        final cudnnRNNDataDescriptor y;
        final cudnnTensorDescriptor state;
        final long workspaceBytes;
        final long reserveBytes;
        final long weightBytes;
        final Pointer workspace;
        final Pointer reserve;

        Network(Libraries gpu, int mode, int layers, int directions, float dropout) {
            this.gpu = gpu;
            this.mode = mode;
            this.layers = layers;
            this.directions = directions;
            rnn =
                    gpu.make(
                            new cudnnRNNDescriptor(),
                            JCudnn::cudnnCreateRNNDescriptor,
                            JCudnn::cudnnDestroyRNNDescriptor);
            JCudnn.cudnnSetRNNDescriptor_v8(
                    rnn,
                    0,
                    mode,
                    cudnnRNNBiasMode.CUDNN_RNN_DOUBLE_BIAS,
                    directions - 1,
                    0,
                    DOUBLE,
                    DOUBLE,
                    0,
                    INPUT,
                    HIDDEN,
                    HIDDEN,
                    layers,
                    dropout(gpu, dropout),
                    0);
            x = data(INPUT);
            y = data(HIDDEN * directions);
            state = gpu.tensor(DOUBLE, layers * directions, BATCH, HIDDEN);
            long[] sizes = new long[3];
            long[] one = new long[1];
            JCudnn.cudnnGetRNNTempSpaceSizes(gpu.dnn, rnn, 1, x, sizes, one);
            workspaceBytes = sizes[0];
            reserveBytes = one[0];
            JCudnn.cudnnGetRNNWeightSpaceSize(gpu.dnn, rnn, sizes);
            weightBytes = sizes[0];
            workspace = gpu.memory(workspaceBytes);
            reserve = gpu.memory(reserveBytes);
        }

        private static cudnnDropoutDescriptor dropout(Libraries gpu, float rate) {
            cudnnDropoutDescriptor dropout =
                    gpu.make(
                            new cudnnDropoutDescriptor(),
                            JCudnn::cudnnCreateDropoutDescriptor,
                            JCudnn::cudnnDestroyDropoutDescriptor);
            long[] bytes = new long[1];
            JCudnn.cudnnDropoutGetStatesSize(gpu.dnn, bytes);
            JCudnn.cudnnSetDropoutDescriptor(
                    dropout, gpu.dnn, rate, gpu.memory(bytes[0]), bytes[0], 5);
            return dropout;
        }

        private cudnnRNNDataDescriptor data(int vector) {
            cudnnRNNDataDescriptor descriptor =
                    gpu.make(
                            new cudnnRNNDataDescriptor(),
                            JCudnn::cudnnCreateRNNDataDescriptor,
                            JCudnn::cudnnDestroyRNNDataDescriptor);
            JCudnn.cudnnSetRNNDataDescriptor(
                    descriptor,
                    DOUBLE,
                    cudnnRNNDataLayout.CUDNN_RNN_DATA_LAYOUT_SEQ_MAJOR_PACKED,
                    STEPS,
                    BATCH,
                    vector,
                    LENGTHS,
                    null);
            return descriptor;
        }

        int outputs() {
            return PACKED * HIDDEN * directions;
        }

        int states() {
            return layers * directions * BATCH * HIDDEN;
        }

        int weights() {
            return (int) weightBytes / 8;
        }

        /** y, hy and cy, one after the other. */
        double[] forward(int training, double[] input, double[] h, double[] c, double[] weights) {
            Pointer out = gpu.memory(8L * outputs());
            Pointer hy = gpu.memory(8L * states());
            Pointer cy = gpu.doubles(new double[states()]);
            JCudnn.cudnnRNNForward(
                    gpu.dnn,
                    rnn,
                    training,
                    gpu.ints(LENGTHS),
                    x,
                    gpu.doubles(input),
                    y,
                    out,
                    state,
                    gpu.doubles(h),
                    hy,
                    state,
                    gpu.doubles(c),
                    cy,
                    weightBytes,
                    gpu.doubles(weights),
                    workspaceBytes,
                    workspace,
                    reserveBytes,
                    reserve);
            double[] all = Arrays.copyOf(getDoubles(out, outputs()), outputs() + 2 * states());
            System.arraycopy(getDoubles(hy, states()), 0, all, outputs(), states());
            System.arraycopy(getDoubles(cy, states()), 0, all, outputs() + states(), states());
            return all;
        }

        /** One matrix or bias, as cudnnGetRNNWeightParams finds it. */
        double[] parameter(double[] weights, int pseudo, int id, boolean bias) {
            Pointer matrix = new Pointer();
            Pointer vector = new Pointer();
            cudnnTensorDescriptor matrixShape = gpu.tensor();
            cudnnTensorDescriptor vectorShape = gpu.tensor();
            JCudnn.cudnnGetRNNWeightParams(
                    gpu.dnn,
                    rnn,
                    pseudo,
                    weightBytes,
                    gpu.doubles(weights),
                    id,
                    matrixShape,
                    matrix,
                    vectorShape,
                    vector);
            int[] dims = new int[3];
            JCudnn.cudnnGetTensorNdDescriptor(
                    bias ? vectorShape : matrixShape, 3, new int[1], new int[1], dims, new int[3]);
            int count = dims[0] * dims[1] * dims[2];
            Pointer copy = gpu.memory(8L * count);
            JCublas2.cublasDcopy(gpu.blas, count, bias ? vector : matrix, 1, copy, 1);
            return getDoubles(copy, count);
        }
    }

    // The place of a packed vector: all first steps, then the second steps of those that have one.
    private static int packed(int t, int b) {
        int at = b;
        for (int s = 0; s < t; s++) {
            int step = s;
            at += (int) Arrays.stream(LENGTHS).filter(length -> length > step).count();
        }
        return at;
    }

    /** One layer of both directions in loops: y, hy, cy. */
    private static double[] expected(
            Network n, double[] x, double[] h, double[] c, double[] weights) {
        double[] all = new double[n.outputs() + 2 * n.states()];
        int gates =
                switch (n.mode) {
                    case cudnnRNNMode.CUDNN_LSTM -> 4;
                    case cudnnRNNMode.CUDNN_GRU -> 3;
                    default -> 1;
                };
        for (int d = 0; d < n.directions; d++) {
            double[][] w = new double[2 * gates][];
            double[][] r = new double[2 * gates][];
            for (int g = 0; g < gates; g++) {
                w[2 * g] = n.parameter(weights, d, g, false);
                w[2 * g + 1] = n.parameter(weights, d, g, true);
                r[2 * g] = n.parameter(weights, d, gates + g, false);
                r[2 * g + 1] = n.parameter(weights, d, gates + g, true);
            }
            for (int b = 0; b < BATCH; b++) {
                int at = (d * BATCH + b) * HIDDEN;
                double[] hidden = Arrays.copyOfRange(h, at, at + HIDDEN);
                double[] cell = Arrays.copyOfRange(c, at, at + HIDDEN);
                for (int s = 0; s < LENGTHS[b]; s++) {
                    int row = packed(d == 0 ? s : LENGTHS[b] - 1 - s, b);
                    double[] vector = Arrays.copyOfRange(x, row * INPUT, (row + 1) * INPUT);
                    RecurrentCell.step(n.mode, w, r, vector, hidden, cell);
                    System.arraycopy(hidden, 0, all, (row * n.directions + d) * HIDDEN, HIDDEN);
                }
                System.arraycopy(hidden, 0, all, n.outputs() + at, HIDDEN);
                if (n.mode == cudnnRNNMode.CUDNN_LSTM) {
                    System.arraycopy(cell, 0, all, n.outputs() + n.states() + at, HIDDEN);
                }
            }
        }
        return all;
    }

    @ParameterizedTest
    @CsvSource({"0,1", "1,1", "2,1", "3,1", "0,2", "1,2", "2,2", "3,2"})
    void forwardIsItsDefinition(int mode, int directions) {
        try (Libraries gpu = Libraries.open()) {
            Network n = new Network(gpu, mode, 1, directions, 0);
            double[] x = reals(PACKED * INPUT, 1);
            double[] h = reals(n.states(), 2);
            double[] c = reals(n.states(), 3);
            double[] weights = reals(n.weights(), 4);
            assertArrayEquals(expected(n, x, h, c, weights), n.forward(0, x, h, c, weights), ULPS);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void backwardIsTheGradient(int mode) {
        try (Libraries gpu = Libraries.open()) {
            Network n = new Network(gpu, mode, 2, 2, 0);
            double[] x = reals(PACKED * INPUT, 1);
            double[] h = reals(n.states(), 2);
            double[] c = reals(n.states(), 3);
            double[] weights = reals(n.weights(), 4);
            double[] dy = reals(n.outputs() + 2 * n.states(), 5);
            if (mode != cudnnRNNMode.CUDNN_LSTM) {
                Arrays.fill(dy, n.outputs() + n.states(), dy.length, 0);
            }
            Pointer y = gpu.doubles(Arrays.copyOf(n.forward(1, x, h, c, weights), n.outputs()));
            int first = n.outputs();
            Pointer dx = gpu.memory(8L * x.length);
            Pointer dh = gpu.memory(8L * n.states());
            Pointer dc = gpu.memory(8L * n.states());
            Pointer dw = gpu.doubles(Numbers.filled(n.weights(), 1));
            JCudnn.cudnnRNNBackwardData_v8(
                    gpu.dnn,
                    n.rnn,
                    gpu.ints(LENGTHS),
                    n.y,
                    y,
                    gpu.doubles(Arrays.copyOf(dy, first)),
                    n.x,
                    dx,
                    n.state,
                    gpu.doubles(h),
                    gpu.doubles(Arrays.copyOfRange(dy, first, first + n.states())),
                    dh,
                    n.state,
                    gpu.doubles(c),
                    gpu.doubles(Arrays.copyOfRange(dy, first + n.states(), dy.length)),
                    dc,
                    n.weightBytes,
                    gpu.doubles(weights),
                    n.workspaceBytes,
                    n.workspace,
                    n.reserveBytes,
                    n.reserve);
            JCudnn.cudnnRNNBackwardWeights_v8(
                    gpu.dnn,
                    n.rnn,
                    0,
                    gpu.ints(LENGTHS),
                    n.x,
                    gpu.doubles(x),
                    n.state,
                    gpu.doubles(h),
                    n.y,
                    y,
                    n.weightBytes,
                    dw,
                    n.workspaceBytes,
                    n.workspace,
                    n.reserveBytes,
                    n.reserve);
            double[] dweights = getDoubles(dw, n.weights());
            for (int i = 0; i < dweights.length; i++) {
                dweights[i] -= 1;
            }
            assertGradient(x, getDoubles(dx, x.length), dy, at -> n.forward(0, at, h, c, weights));
            assertGradient(h, getDoubles(dh, h.length), dy, at -> n.forward(0, x, at, c, weights));
            if (mode == cudnnRNNMode.CUDNN_LSTM) {
                assertGradient(
                        c, getDoubles(dc, c.length), dy, at -> n.forward(0, x, h, at, weights));
            }
            assertGradient(weights, dweights, dy, at -> n.forward(0, x, h, c, at));
        }
    }

    /** Dropout lies between layers, in training alone. */
    @Test
    void dropoutIsForTraining() {
        try (Libraries gpu = Libraries.open()) {
            Network n = new Network(gpu, cudnnRNNMode.CUDNN_RNN_TANH, 2, 1, 0.5f);
            double[] x = reals(PACKED * INPUT, 1);
            double[] zeros = new double[n.states()];
            double[] weights = reals(n.weights(), 4);
            double[] plain = n.forward(0, x, zeros, zeros, weights);
            assertArrayEquals(plain, n.forward(0, x, zeros, zeros, weights));
            double[] dropped = n.forward(1, x, zeros, zeros, weights);
            int layer = n.outputs();
            assertNotEquals(
                    Arrays.toString(Arrays.copyOf(plain, layer)),
                    Arrays.toString(Arrays.copyOf(dropped, layer)));
            // The first layer's final state sees none of it.
            int state = BATCH * HIDDEN;
            assertArrayEquals(
                    Arrays.copyOfRange(plain, layer, layer + state),
                    Arrays.copyOfRange(dropped, layer, layer + state));
        }
    }

    @Test
    void gradientsAreAddedNotSet() {
        try (Libraries gpu = Libraries.open()) {
            Network n = new Network(gpu, cudnnRNNMode.CUDNN_RNN_TANH, 1, 1, 0);
            Pointer p = gpu.doubles(reals(100, 1));
            assertEquals(
                    NOT_SUPPORTED,
                    status(
                            () ->
                                    JCudnn.cudnnRNNBackwardWeights_v8(
                                            gpu.dnn,
                                            n.rnn,
                                            1,
                                            null,
                                            n.x,
                                            p,
                                            n.state,
                                            null,
                                            n.y,
                                            p,
                                            n.weightBytes,
                                            p,
                                            n.workspaceBytes,
                                            n.workspace,
                                            n.reserveBytes,
                                            n.reserve)));
        }
    }
}
