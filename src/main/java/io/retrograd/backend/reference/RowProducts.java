package io.retrograd.backend.reference;

/**
 * Products of a vector of weights w with rows of x, the inner loops of convolutions.
 *
 * <pre>
 *   row m of x: x[m·pitch + j·step]    weight m: w[m·wPitch]    a row y: y[j·yStep]
 * </pre>
 *
 * m runs over the rows, whose number and distances are fixed; j over the elements that a call asks
 * for. Four rows are taken at once, so that y is loaded and stored once for four products. The
 * order of a sum depends on nothing but the number of rows.
 */
record RowProducts(int rows, int pitch, int step, int wPitch, int yStep) {
    private static final int BLOCK = 4;

    /**
     * {@code y[j] += Σₘ w[m]·x[m, j]} for {@code count} elements from yi, wi and xi on.
     *
     * @param y Modified.
     */
    void combine(double[] y, int yi, double[] w, int wi, double[] x, int xi, int count) {
        int m = 0;
        for (; m <= rows - BLOCK; m += BLOCK) {
            combineFour(y, yi, w, wi + m * wPitch, x, xi + m * pitch, count);
        }
        for (; m < rows; m++) {
            double w0 = w[wi + m * wPitch];
            int x0 = xi + m * pitch;
            for (int j = 0; j < count; j++) {
                y[yi + j * yStep] += w0 * x[x0 + j * step];
            }
        }
    }

    private void combineFour(
            double[] y, int yi, double[] w, int wi, double[] x, int xi, int count) {
        double w0 = w[wi];
        double w1 = w[wi + wPitch];
        double w2 = w[wi + 2 * wPitch];
        double w3 = w[wi + 3 * wPitch];
        int x1 = xi + pitch;
        int x2 = x1 + pitch;
        int x3 = x2 + pitch;
        if (step == 1 && yStep == 1) {
            for (int j = 0; j < count; j++) {
                y[yi + j] += w0 * x[xi + j] + w1 * x[x1 + j] + w2 * x[x2 + j] + w3 * x[x3 + j];
            }
            return;
        }
        for (int j = 0; j < count; j++) {
            int i = j * step;
            y[yi + j * yStep] += w0 * x[xi + i] + w1 * x[x1 + i] + w2 * x[x2 + i] + w3 * x[x3 + i];
        }
    }

    /**
     * {@code w[m] += Σⱼ y[j]·x[m, j]} over {@code count} elements from yi, wi and xi on.
     *
     * @param w Modified.
     */
    void correlate(double[] y, int yi, double[] w, int wi, double[] x, int xi, int count) {
        int m = 0;
        for (; m <= rows - BLOCK; m += BLOCK) {
            correlateFour(y, yi, w, wi + m * wPitch, x, xi + m * pitch, count);
        }
        for (; m < rows; m++) {
            double sum = 0;
            int x0 = xi + m * pitch;
            for (int j = 0; j < count; j++) {
                sum += y[yi + j * yStep] * x[x0 + j * step];
            }
            w[wi + m * wPitch] += sum;
        }
    }

    private void correlateFour(
            double[] y, int yi, double[] w, int wi, double[] x, int xi, int count) {
        double sum0 = 0;
        double sum1 = 0;
        double sum2 = 0;
        double sum3 = 0;
        int x1 = xi + pitch;
        int x2 = x1 + pitch;
        int x3 = x2 + pitch;
        for (int j = 0; j < count; j++) {
            int i = j * step;
            double g = y[yi + j * yStep];
            sum0 += g * x[xi + i];
            sum1 += g * x[x1 + i];
            sum2 += g * x[x2 + i];
            sum3 += g * x[x3 + i];
        }
        w[wi] += sum0;
        w[wi + wPitch] += sum1;
        w[wi + 2 * wPitch] += sum2;
        w[wi + 3 * wPitch] += sum3;
    }
}
