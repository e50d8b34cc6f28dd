package io.retrograd.gradcheck;

import org.jspecify.annotations.Nullable;

/** Numeric derivatives of a subject's L = Σ dy·y, and their verdict on gradients. */
final class Derivatives {
    /** Standard deviations of rounding noise that a difference may be off by. */
    private static final double COVERAGE = 8;

    /** A derivative of a better relative error is not worth more steps. */
    private static final double GOOD_ENOUGH = 0x1p-36;

    /** An estimated relative error above this says nothing: epsilon to the power 3/8. */
    private static final double MEANINGLESS = Math.pow(Math.ulp(1.0), 0.375);

    /** The largest factor from the last smooth step to the first step of the next path. */
    private static final double GROWTH = 16;

    private final Subject subject;
    private final double[] dy;
    private final double analyticRounding;
    private final double noise;
    private final long kinks;
    private double firstStep = NumericDerivative.FIRST_STEP;

    /** The output of the subject after everything has been moved by a step. */
    @FunctionalInterface
    interface Path {
        double[] at(double step);
    }

    /**
     * Derivatives of a subject at these values.
     *
     * @param analyticRounding relative rounding error of the gradients to compare with
     */
    Derivatives(Subject subject, Values values, double analyticRounding, long seed) {
        this.subject = subject;
        this.dy = values.dy();
        this.analyticRounding = analyticRounding;
        noise = RoundingNoise.measure(subject, values, seed);
        subject.forward(values);
        kinks = subject.binding().kinks();
    }

    /**
     * The derivative of L along a path, with little error compared to {@code scale}. In a network
     * whose kinks lie close together the steps of the last path say where to begin.
     */
    NumericDerivative along(Path path, double scale) {
        NumericDerivative found =
                NumericDerivative.of(
                        step -> difference(path, step), firstStep, GOOD_ENOUGH * scale);
        if (found.smooth()) {
            firstStep = Math.min(NumericDerivative.FIRST_STEP, GROWTH * found.step());
        }
        return found;
    }

    /**
     * The derivative of L along a path to one side of a kink on which the subject lies.
     *
     * @param side 1 for steps ahead, −1 for steps back
     */
    NumericDerivative along(Path path, int side, double scale) {
        double[] here = path.at(0);
        path.at(side * NumericDerivative.SMALLEST_STEP);
        long piece = subject.binding().kinks();
        return NumericDerivative.ofOneSide(
                step -> {
                    double[] there = path.at(side * step);
                    return subject.binding().kinks() == piece
                            ? quotient(there, here, side * step)
                            : null;
                },
                NumericDerivative.FIRST_STEP,
                GOOD_ENOUGH * scale);
    }

    /** Whether the estimated error is small enough to say anything. */
    boolean conclusive(NumericDerivative numeric, double scale) {
        return numeric.error() <= MEANINGLESS * scale;
    }

    /**
     * Whether the numeric error and rounding explain the difference from the analytic value.
     *
     * @param allowance the further error that the analytic value may have
     */
    boolean agree(double analytic, NumericDerivative numeric, double scale, double allowance) {
        double difference = Math.abs(analytic - numeric.value());
        return difference <= bound(numeric, scale, allowance);
    }

    /** By how much an analytic value may differ. */
    double bound(NumericDerivative numeric, double scale, double allowance) {
        return numeric.error() + analyticRounding * scale + allowance;
    }

    private NumericDerivative.@Nullable Difference difference(Path path, double step) {
        double[] plus = path.at(step);
        if (subject.binding().kinks() != kinks) {
            return null;
        }
        double[] minus = path.at(-step);
        if (subject.binding().kinks() != kinks) {
            return null;
        }
        return quotient(plus, minus, 2 * step);
    }

    /**
     * Sums the outputs' changes one by one, as the difference of two sums would lose their last
     * digits. Outputs that do not change have no rounding error either.
     */
    private NumericDerivative.Difference quotient(double[] plus, double[] minus, double distance) {
        double sum = 0;
        double size = 0;
        double addedSize = 0;
        int terms = 0;
        for (int i = 0; i < plus.length; i++) {
            double change = plus[i] - minus[i];
            if (change != 0) {
                sum += dy[i] * change;
                size += Math.abs(dy[i]) * Math.max(Math.abs(plus[i]), Math.abs(minus[i]));
                addedSize += Math.abs(dy[i] * change);
                terms++;
            }
        }
        double rounding = COVERAGE * noise + Math.ulp(1.0) * (size + Math.sqrt(terms) * addedSize);
        return new NumericDerivative.Difference(sum / distance, rounding / Math.abs(distance));
    }
}
