package io.retrograd.demo;

import io.retrograd.tensor.Philox;
import java.util.Arrays;

/** Points of a line with noise, and what the mathematics says about fitting a line to them. */
final class Points {
    private static final long STREAM = 0x4C49_4E45L;
    private static final double WIDTH = 3;
    private static final double SLOPE = 1.5;
    private static final double INTERCEPT = -1;
    private static final double NOISE = 0.5;

    private final double[] x;
    private final double[] y;

    Points(double[] x, double[] y) {
        this.x = x;
        this.y = y;
    }

    /** A line's slope w and intercept b. */
    record Line(double w, double b) {
        double distance(Line other) {
            return Math.hypot(w - other.w, b - other.b);
        }
    }

    /** The two eigenvalues of a symmetric matrix. */
    record Eigenvalues(double small, double large) {}

    /** Draws points: {@code y = 1.5 x − 1} and normal noise, x uniform in [0, 3). */
    static Points draw(int count, long seed) {
        double[] x = new double[count];
        double[] y = new double[count];
        for (int i = 0; i < count; i++) {
            x[i] = WIDTH * Philox.uniform(seed, STREAM, i);
            y[i] = SLOPE * x[i] + INTERCEPT + NOISE * Philox.normal(seed, STREAM + 1, i);
        }
        return new Points(x, y);
    }

    double[] x() {
        return x.clone();
    }

    double[] y() {
        return y.clone();
    }

    int count() {
        return x.length;
    }

    /** The points from one number on, around the end. */
    Points batch(int from, int size) {
        double[] bx = new double[size];
        double[] by = new double[size];
        for (int i = 0; i < size; i++) {
            bx[i] = x[(from + i) % count()];
            by[i] = y[(from + i) % count()];
        }
        return new Points(bx, by);
    }

    /** The mean squared error of a line, {@code L = mean (w x + b − y)²}. */
    double loss(Line line) {
        double sum = 0;
        for (int i = 0; i < count(); i++) {
            double error = line.w * x[i] + line.b - y[i];
            sum += error * error;
        }
        return sum / count();
    }

    /**
     * The line of least loss, where both derivatives are 0: the normal equations.
     *
     * <pre>
     *   w = cov(x, y) / var(x)        b = mean(y) − w·mean(x)
     * </pre>
     */
    Line best() {
        double meanX = mean(x);
        double meanY = mean(y);
        double covariance = 0;
        double variance = 0;
        for (int i = 0; i < count(); i++) {
            covariance += (x[i] - meanX) * (y[i] - meanY);
            variance += (x[i] - meanX) * (x[i] - meanX);
        }
        double w = covariance / variance;
        return new Line(w, meanY - w * meanX);
    }

    /**
     * Those of the loss's second derivatives, which are the same everywhere.
     *
     * <pre>
     *   H = 2 [ mean(x²)  mean(x) ]
     *         [ mean(x)   1       ]
     * </pre>
     */
    Eigenvalues curvature() {
        double a = 2 * mean(Arrays.stream(x).map(v -> v * v).toArray());
        double c = 2 * mean(x);
        double d = 2;
        double middle = (a + d) / 2;
        double spread = Math.hypot((a - d) / 2, c);
        return new Eigenvalues(middle - spread, middle + spread);
    }

    private static double mean(double... values) {
        return Arrays.stream(values).average().orElse(Double.NaN);
    }
}
