package io.retrograd.backend.cuda.standin;

import jcuda.jcudnn.cudnnRNNMode;

/** The four recurrent cells in loops, as cuDNN's documentation defines them. */
final class RecurrentCell {
    private RecurrentCell() {}

    private static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    /**
     * A step of one sequence.
     *
     * @param w for each gate a matrix (H, I), row-major, and a bias
     * @param r for each gate a matrix (H, H), row-major, and a bias
     * @param h hidden state. Modified.
     * @param c cell state of the LSTM. Modified.
     */
    static void step(int mode, double[][] w, double[][] r, double[] x, double[] h, double[] c) {
        int gates = w.length / 2;
        double[][] in = new double[gates][];
        double[][] back = new double[gates][];
        for (int g = 0; g < gates; g++) {
            in[g] = affine(w[2 * g], w[2 * g + 1], x);
            back[g] = affine(r[2 * g], r[2 * g + 1], h);
        }
        for (int j = 0; j < h.length; j++) {
            switch (mode) {
                case cudnnRNNMode.CUDNN_RNN_RELU -> h[j] = Math.max(0, in[0][j] + back[0][j]);
                case cudnnRNNMode.CUDNN_RNN_TANH -> h[j] = Math.tanh(in[0][j] + back[0][j]);
                case cudnnRNNMode.CUDNN_LSTM -> {
                    double input = sigmoid(in[0][j] + back[0][j]);
                    double forget = sigmoid(in[1][j] + back[1][j]);
                    double fresh = Math.tanh(in[2][j] + back[2][j]);
                    c[j] = forget * c[j] + input * fresh;
                    h[j] = sigmoid(in[3][j] + back[3][j]) * Math.tanh(c[j]);
                }
                default -> {
                    double reset = sigmoid(in[0][j] + back[0][j]);
                    double update = sigmoid(in[1][j] + back[1][j]);
                    double fresh = Math.tanh(in[2][j] + reset * back[2][j]);
                    h[j] = (1 - update) * fresh + update * h[j];
                }
            }
        }
    }

    private static double[] affine(double[] matrix, double[] bias, double[] x) {
        double[] y = bias.clone();
        for (int i = 0; i < y.length; i++) {
            for (int j = 0; j < x.length; j++) {
                y[i] += matrix[i * x.length + j] * x[j];
            }
        }
        return y;
    }
}
