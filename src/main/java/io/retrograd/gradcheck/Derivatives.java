package io.retrograd.gradcheck;

import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleFunction;
import org.jspecify.annotations.Nullable;

/** Numeric derivatives of a subject's L = Σ dy·y, and their verdict on gradients. */
final class Derivatives {
    /** Standard deviations of rounding noise that a difference may be off by. */
    private static final double COVERAGE = 8;

    /**
     * A derivative of a better relative error than epsilon to this power is not worth more steps:
     * 2⁻³⁶ in float64.
     */
    private static final double GOOD_ENOUGH = 36.0 / 52;

    /** An estimated relative error above epsilon to this power says nothing. */
    private static final double MEANINGLESS = 1.0 / 3;

    /** From one first step to the next where nothing says how far away a kink is. */
    private static final double CLOSER = 16;

    /** The smallest of these. */
    private static final double CLOSEST = 0x1p-20;

    /** From the steps of a derivative to those of one that is to confirm it; exact to add. */
    private static final double OTHER_STEPS = 0.375;

    /** The largest factor from the last smooth step to the first step of the next path. */
    private static final double GROWTH = 16;

    private final Subject subject;
    private final double[] dy;
    private final double analyticRounding;
    private final double epsilon;
    private final double noise;
    private final long kinks;
    private final boolean ledger;
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
        this(subject, values, analyticRounding, Math.ulp(1.0), seed, /* ledger= */ true);
    }

    private Derivatives(
            Subject subject,
            Values values,
            double analyticRounding,
            double epsilon,
            long seed,
            boolean ledger) {
        this.subject = subject;
        this.epsilon = epsilon;
        this.ledger = ledger;
        this.dy = values.dy();
        this.analyticRounding = analyticRounding;
        noise = RoundingNoise.measure(subject, values, epsilon, seed);
        subject.forward(values);
        kinks = subject.binding().kinks();
    }

    /**
     * Derivatives in the subject's own precision, of functions that say nothing of their kinks: a
     * step is tried again closer by where differences do not converge.
     */
    static Derivatives withoutKinks(
            Subject subject, Values values, double analyticRounding, long seed) {
        double epsilon = Math.max(subject.parameters().backend().epsilon(), Math.ulp(1.0));
        return new Derivatives(
                subject, values, analyticRounding, epsilon, seed, /* ledger= */ false);
    }

    /** Whether the subject says where its kinks are. */
    boolean knowsKinks() {
        return ledger;
    }

    /**
     * The derivative of L along a path, with little error compared to {@code scale}. In a network
     * whose kinks lie close together the steps of the last path say where to begin.
     */
    NumericDerivative along(Path path, double scale) {
        if (!ledger) {
            return converging(step -> from(step, path, scale), scale);
        }
        NumericDerivative found = from(firstStep, path, scale);
        if (found.smooth()) {
            firstStep = Math.min(NumericDerivative.FIRST_STEP, GROWTH * found.step());
        }
        return found;
    }

    /**
     * The same derivative with an error that a second one, from other steps, does not refute: where
     * steps are long for the function, an estimate of the error may be too small by chance.
     */
    NumericDerivative confirmed(NumericDerivative first, Path path, double scale) {
        NumericDerivative second = from(OTHER_STEPS * first.step(), path, scale);
        if (!second.smooth()) {
            return first;
        }
        NumericDerivative better = second.error() < first.error() ? second : first;
        double apart = Math.abs(first.value() - second.value());
        return new NumericDerivative(
                better.value(), Math.max(better.error(), apart), /* smooth= */ true, first.step());
    }

    /** Bounds of what a derivative may be; both smooth or neither. */
    record Interval(NumericDerivative low, NumericDerivative high) {}

    /**
     * What the derivative of L along a path may be at a kink: of each output, any number between
     * its derivatives to both sides.
     */
    Interval atKink(Path path, double scale) {
        double[] here = path.at(0);
        if (ledger) {
            path.at(NumericDerivative.SMALLEST_STEP);
        }
        long ahead = subject.binding().kinks();
        if (ledger) {
            path.at(-NumericDerivative.SMALLEST_STEP);
        }
        long back = subject.binding().kinks();
        return new Interval(
                end(path, here, ahead, back, Math::min, scale),
                end(path, here, ahead, back, Math::max, scale));
    }

    /** One end: of each output, the derivative to that side where it is nearer to this end. */
    private NumericDerivative end(
            Path path,
            double[] here,
            long ahead,
            long back,
            DoubleBinaryOperator end,
            double scale) {
        NumericDerivative.Line line =
                step -> {
                    double[] plus = path.at(step);
                    if (ledger && subject.binding().kinks() != ahead) {
                        return null;
                    }
                    double[] minus = path.at(-step);
                    return ledger && subject.binding().kinks() != back
                            ? null
                            : end(plus, here, minus, step, end);
                };
        DoubleFunction<NumericDerivative> from =
                first -> NumericDerivative.ofOneSide(line, first, goodEnough(scale));
        return ledger ? from.apply(NumericDerivative.FIRST_STEP) : converging(from, scale);
    }

    private NumericDerivative from(double step, Path path, double scale) {
        return NumericDerivative.of(h -> difference(path, h), step, goodEnough(scale));
    }

    private double goodEnough(double scale) {
        return Math.pow(epsilon, GOOD_ENOUGH) * scale;
    }

    /** From smaller and smaller steps, until one gives a derivative; not smooth if none does. */
    private NumericDerivative converging(DoubleFunction<NumericDerivative> from, double scale) {
        NumericDerivative found = from.apply(NumericDerivative.FIRST_STEP);
        double step = NumericDerivative.FIRST_STEP / CLOSER;
        while (!convincing(found, scale) && step >= CLOSEST) {
            found = from.apply(step);
            step /= CLOSER;
        }
        return convincing(found, scale)
                ? found
                : new NumericDerivative(
                        found.value(), Double.POSITIVE_INFINITY, /* smooth= */ false, step);
    }

    private boolean convincing(NumericDerivative numeric, double scale) {
        return conclusive(numeric, Math.max(scale, Math.abs(numeric.value())));
    }

    private NumericDerivative.Difference end(
            double[] plus, double[] here, double[] minus, double step, DoubleBinaryOperator end) {
        double sum = 0;
        double size = 0;
        for (int i = 0; i < here.length; i++) {
            sum += end.applyAsDouble(dy[i] * (plus[i] - here[i]), dy[i] * (here[i] - minus[i]));
            if (plus[i] != minus[i]) {
                size += Math.abs(dy[i]) * Math.max(Math.abs(plus[i]), Math.abs(minus[i]));
            }
        }
        double rounding = COVERAGE * noise + 2 * epsilon * (size + Math.abs(sum));
        return new NumericDerivative.Difference(sum / step, rounding / step);
    }

    /** Whether the estimated error is small enough to say anything. */
    boolean conclusive(NumericDerivative numeric, double scale) {
        return numeric.error() <= Math.pow(epsilon, MEANINGLESS) * scale;
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

    /**
     * Sums the outputs' changes one by one, as the difference of two sums would lose their last
     * digits. Outputs that do not change have no rounding error either.
     */
    private NumericDerivative.@Nullable Difference difference(Path path, double step) {
        double[] plus = path.at(step);
        if (subject.binding().kinks() != kinks) {
            return null;
        }
        double[] minus = path.at(-step);
        if (subject.binding().kinks() != kinks) {
            return null;
        }
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
        double rounding = COVERAGE * noise + epsilon * (size + Math.sqrt(terms) * addedSize);
        return new NumericDerivative.Difference(sum / (2 * step), rounding / (2 * step));
    }
}
