package io.retrograd.gradcheck;

import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Compares analytic gradients with numeric derivatives, element by element. */
final class DerivativeCheck {
    /** Up to so many elements a tensor is checked whole. */
    private static final int WHOLE = 200;

    private static final int SAMPLED = 48;
    private static final int DIRECTIONS = 2;

    /** Standard deviations of rounding noise that a difference may be off by. */
    private static final double COVERAGE = 8;

    /** A numeric derivative of a better relative error is not worth more steps. */
    private static final double GOOD_ENOUGH = 0x1p-36;

    /** Above its power 3/8 of the element kind's epsilon an estimated error says nothing. */
    private static final double INCONCLUSIVE_POWER = 0.375;

    private static final double MAX_SKIPPED_SHARE = 0.1;
    private static final int FEW_SKIPPED = 5;

    private final Subject subject;
    private final Values values;
    private final RandomValues random;
    private final int coordinates;
    private final double noise;
    private final long kinks;
    private final double epsilon;
    private final double meaningless;
    private final double analyticRounding;

    /**
     * A check of a subject that has just run forward and backward at these values.
     *
     * @param coordinates how many elements to sample from each larger tensor, or 0 for the default
     */
    DerivativeCheck(Subject subject, Values values, RandomValues random, int coordinates) {
        this.subject = subject;
        this.values = values;
        this.random = random;
        this.coordinates = coordinates;
        kinks = subject.binding().kinks();
        noise = RoundingNoise.measure(subject, values, random.fork());
        epsilon = subject.x().dtype().epsilon();
        meaningless = Math.pow(epsilon, INCONCLUSIVE_POWER);
        analyticRounding = subject.rounding();
    }

    /** The row of one variable; what is wrong is added to {@code failures}. */
    GradientReport.Row check(Tensor variable, double scale, List<String> failures) {
        double[] base = variable.toArray();
        double[] gradient = variable.requireGrad().toArray();
        Outcome worst = null;
        int checked = 0;
        int skipped = 0;
        for (Probe probe : probes(base)) {
            double analytic = probe.dot(gradient);
            double typical = Math.max(scale, Double.MIN_NORMAL);
            NumericDerivative numeric =
                    NumericDerivative.of(
                            step -> difference(variable, base, gradient, probe, step),
                            GOOD_ENOUGH * Math.max(typical, Math.abs(analytic)));
            variable.copyFrom(base);
            if (!numeric.smooth()) {
                skipped++;
                continue;
            }
            checked++;
            Outcome outcome = outcome(probe, analytic, numeric, typical);
            if (worst == null || outcome.isWorseThan(worst)) {
                worst = outcome;
            }
        }
        boolean tooManySkipped =
                skipped > FEW_SKIPPED && skipped > MAX_SKIPPED_SHARE * (skipped + checked);
        if (tooManySkipped) {
            failures.add(
                    String.format(
                            "%s: expected at most 10 %% of the elements to lie at kinks, got %d of"
                                    + " %d; check at another input or seed",
                            variable.name(), skipped, skipped + checked));
        }
        return row(variable, worst, checked, skipped, tooManySkipped, failures);
    }

    private GradientReport.Row row(
            Tensor variable,
            @Nullable Outcome worst,
            int checked,
            int skipped,
            boolean tooManySkipped,
            List<String> failures) {
        if (worst == null) {
            return new GradientReport.Row(
                    variable.name(),
                    variable.shape(),
                    checked,
                    skipped,
                    0,
                    0,
                    List.of(),
                    0,
                    0,
                    !tooManySkipped);
        }
        GradientReport.Row row =
                new GradientReport.Row(
                        variable.name(),
                        variable.shape(),
                        checked,
                        skipped,
                        worst.relativeError,
                        worst.estimatedError,
                        worst.probe.isCoordinate()
                                ? index(variable.shape(), worst.probe.element())
                                : List.of(),
                        worst.analytic,
                        worst.numeric,
                        worst.passed && !tooManySkipped);
        if (!worst.passed) {
            failures.add(
                    worst.conclusive
                            ? String.format(
                                    "%s: expected the derivative %.12g (relative error %.0e), got"
                                            + " gradient %.12g",
                                    row.place(),
                                    row.numeric(),
                                    row.estimatedError(),
                                    row.analytic())
                            : String.format(
                                    "%s: inconclusive, the numeric derivative %.12g has relative"
                                            + " error %.0e; the gradient is %.12g",
                                    row.place(),
                                    row.numeric(),
                                    row.estimatedError(),
                                    row.analytic()));
        }
        return row;
    }

    /** One comparison. */
    private record Outcome(
            Probe probe,
            double analytic,
            double numeric,
            double relativeError,
            double estimatedError,
            boolean conclusive,
            boolean passed) {
        boolean isWorseThan(Outcome other) {
            return passed != other.passed ? !passed : relativeError > other.relativeError;
        }
    }

    private Outcome outcome(
            Probe probe, double analytic, NumericDerivative numeric, double typical) {
        double scale = Math.max(typical, Math.max(Math.abs(analytic), Math.abs(numeric.value())));
        double difference = Math.abs(analytic - numeric.value());
        boolean conclusive = numeric.error() <= meaningless * scale;
        boolean agrees = difference <= numeric.error() + analyticRounding * scale;
        double relative = Double.isNaN(difference) ? Double.POSITIVE_INFINITY : difference / scale;
        return new Outcome(
                probe,
                analytic,
                numeric.value(),
                relative,
                numeric.error() / scale,
                conclusive,
                conclusive && agrees);
    }

    private NumericDerivative.@Nullable Difference difference(
            Tensor variable, double[] base, double[] gradient, Probe probe, double step) {
        variable.copyFrom(probe.moved(base, step));
        double[] plus = subject.forward(values);
        if (subject.binding().kinks() != kinks) {
            return null;
        }
        variable.copyFrom(probe.moved(base, -step));
        double[] minus = subject.forward(values);
        if (subject.binding().kinks() != kinks) {
            return null;
        }
        double sum = 0;
        double rounded = 0;
        double added = 0;
        int terms = 0;
        for (int i = 0; i < plus.length; i++) {
            double change = plus[i] - minus[i];
            if (change != 0) {
                double r = values.dy()[i];
                terms++;
                sum += r * change;
                rounded += Math.abs(r) * Math.max(Math.abs(plus[i]), Math.abs(minus[i]));
                added += Math.abs(r * change);
            }
        }
        double error =
                COVERAGE * noise + epsilon * rounded + Math.ulp(1.0) * Math.sqrt(terms) * added;
        return new NumericDerivative.Difference(
                sum / (2 * step), error / (2 * step) + probe.positionError(base, gradient, step));
    }

    /** All elements, or one from each of as many equal parts as are to be sampled; directions. */
    private List<Probe> probes(double[] base) {
        int limit = coordinates > 0 ? coordinates : base.length <= WHOLE ? WHOLE : SAMPLED;
        int count = Math.min(limit, base.length);
        List<Probe> probes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int low = (int) ((long) base.length * i / count);
            int high = (int) ((long) base.length * (i + 1) / count);
            probes.add(Probe.coordinate(random.index(low, high)));
        }
        for (int i = 0; base.length > 1 && i < DIRECTIONS; i++) {
            probes.add(Probe.direction(base, random.fork()));
        }
        return probes;
    }

    private static List<Integer> index(Shape shape, int flat) {
        Integer[] index = new Integer[shape.rank()];
        int rest = flat;
        for (int i = shape.rank() - 1; i >= 0; i--) {
            index[i] = rest % shape.dim(i);
            rest /= shape.dim(i);
        }
        return List.of(index);
    }
}
