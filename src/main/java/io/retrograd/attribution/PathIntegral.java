package io.retrograd.attribution;

import java.util.ArrayList;
import java.util.List;

/** The mean of an output's gradient along a straight way, by the trapezoidal rule. */
final class PathIntegral {
    private static final int FIRST = 8;
    private static final int BATCH = 16;

    private final Attribution on;
    private final double[] from;
    private final double[] difference;
    private final int target;

    /** Of gradients, those at both ends by half. */
    private final double[] sum;

    /** The slopes of the output along the way, at as many places, from 0 to 1. */
    private double[] slopes;

    PathIntegral(Attribution on, double[] from, double[] difference, int target) {
        this.on = on;
        this.from = from;
        this.difference = difference;
        this.target = target;
        sum = new double[from.length];
        slopes = new double[FIRST + 1];
        List<Integer> all = new ArrayList<>();
        for (int i = 0; i <= FIRST; i++) {
            all.add(i);
        }
        evaluate(all);
    }

    /** Halves all intervals until the error is small, or more gradients would be too many. */
    void refine(double error, int most) {
        while (error() > error && 2 * slopes.length - 1 <= most) {
            double[] finer = new double[2 * slopes.length - 1];
            List<Integer> between = new ArrayList<>();
            for (int i = 0; i < finer.length; i++) {
                if (i % 2 == 0) {
                    finer[i] = slopes[i / 2];
                } else {
                    between.add(i);
                }
            }
            slopes = finer;
            evaluate(between);
        }
    }

    /** Adds what lies at these places. */
    private void evaluate(List<Integer> places) {
        int size = from.length;
        for (int first = 0; first < places.size(); first += BATCH) {
            double[] xs = new double[BATCH * size];
            for (int i = 0; i < xs.length; i++) {
                double at = places.get(Math.min(first + i / size, places.size() - 1));
                xs[i] = from[i % size] + at / (slopes.length - 1) * difference[i % size];
            }
            double[] gradients = on.gradient(xs, target);
            for (int n = 0; n < Math.min(BATCH, places.size() - first); n++) {
                int place = places.get(first + n);
                double weight = place == 0 || place == slopes.length - 1 ? 0.5 : 1;
                for (int i = 0; i < size; i++) {
                    sum[i] += weight * gradients[n * size + i];
                    slopes[place] += gradients[n * size + i] * difference[i];
                }
            }
        }
    }

    /** The estimated error of the output's difference: an interval's width times the variation. */
    double error() {
        double variation = 0;
        for (int i = 1; i < slopes.length; i++) {
            variation += Math.abs(slopes[i] - slopes[i - 1]);
        }
        return variation / (slopes.length - 1);
    }

    /** The gradient's mean. */
    double[] mean() {
        double[] mean = new double[sum.length];
        for (int i = 0; i < mean.length; i++) {
            mean[i] = sum[i] / (slopes.length - 1);
        }
        return mean;
    }
}
