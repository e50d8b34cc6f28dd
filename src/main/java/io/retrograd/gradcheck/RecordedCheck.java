package io.retrograd.gradcheck;

import io.retrograd.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Judges another program's gradients by differences of its own forward passes, recorded at several
 * steps: extrapolated to step 0, with an estimate of their error, as in a {@link GradientCheck}.
 *
 * <p>Nothing says where the other function has kinks. Where differences do not converge, smaller
 * steps are tried; at a kink the gradient may be any number between the derivatives to both sides.
 *
 * @param subject what was recorded, in messages
 * @param program what computed it
 * @param training whether it was recorded as it trains
 * @param steps from the largest on, each half of the one before
 * @param noise L at points that lie on a straight line but for rounding
 * @param size Σ |dy·y|, which rounding is relative to
 * @param dy gradient of the output
 */
@SuppressWarnings("ArrayRecordComponent")
public record RecordedCheck(
        String subject,
        String program,
        boolean training,
        double[] steps,
        double[] noise,
        double size,
        double[] dy) {
    private static final double COVERAGE = 8;
    private static final double MEANINGLESS = Math.pow(Math.ulp(1.0), 0.375);
    private static final double GOOD_ENOUGH = 0x1p-36;

    /** Of the first steps that are tried, one is this many steps after the other. */
    private static final int CLOSER = 4;

    private static final double MOST_SKIPPED = 0.1;
    private static final int FEW_SKIPPED = 5;

    /**
     * A tensor with a gradient. L was recorded along single elements, then along directions.
     *
     * @param gradient to be judged
     * @param elements that were moved by themselves
     * @param directions in which all were moved
     * @param ahead (L(h) − L(0)) / h, a row for each, a column for each step
     * @param back (L(0) − L(−h)) / h
     */
    public record Variable(
            String name,
            Shape shape,
            double[] gradient,
            int[] elements,
            double[][] directions,
            double[][] ahead,
            double[][] back) {}

    /** What there is to say. */
    public GradientReport run(List<Variable> variables) {
        Failures failures = new Failures();
        List<GradientReport.Row> rows = new ArrayList<>();
        variables.forEach(variable -> rows.add(judge(variable, failures)));
        return new GradientReport(
                subject,
                program,
                training,
                rows,
                failures.all(),
                List.of(
                        "gradients: "
                                + program
                                + "'s backward; differences: its forward, recorded at "
                                + steps.length
                                + " steps"));
    }

    /** A comparison. */
    private record Found(
            int probe, double analytic, NumericDerivative numeric, double scale, double bound) {
        double off() {
            double off = Math.abs(analytic - numeric.value());
            return Double.isNaN(off) ? Double.POSITIVE_INFINITY : off;
        }

        boolean wrong() {
            return !(off() <= bound);
        }

        double relative() {
            return off() == 0 ? 0 : off() / scale;
        }

        double caught() {
            double caught = (bound + off()) / Math.abs(analytic);
            return Double.isNaN(caught) ? Double.POSITIVE_INFINITY : caught;
        }
    }

    private GradientReport.Row judge(Variable variable, Failures failures) {
        int probes = variable.ahead.length;
        int before = failures.all().size();
        List<Found> all = new ArrayList<>();
        for (int i = 0; i < probes; i++) {
            Found found = compare(variable, i);
            if (found != null) {
                all.add(found);
            }
        }
        int skipped = probes - all.size();
        boolean mostly = skipped > FEW_SKIPPED && skipped > MOST_SKIPPED * probes;
        double power =
                all.stream().mapToDouble(Found::caught).min().orElse(Double.POSITIVE_INFINITY);
        Found worst =
                all.stream()
                        .max(Comparator.comparing(Found::wrong).thenComparing(Found::relative))
                        .orElse(null);
        if (worst != null && worst.wrong()) {
            failures.wrong(
                    variable.name,
                    String.format(
                            "%s: expected the derivative %.12g by differences of %s's forward"
                                    + " (relative error %.0e), got %.12g from its backward",
                            place(variable, worst.probe),
                            worst.numeric.value(),
                            program,
                            worst.numeric.error() / worst.scale,
                            worst.analytic));
        } else if (mostly) {
            failures.undecided(
                    variable.name,
                    String.format(
                            "%s: expected at most 10 %% of the elements to lie at kinks, got %d of"
                                    + " %d; export at another input",
                            variable.name, skipped, probes));
        } else if (!(power < 1) && moves(variable)) {
            failures.undecided(
                    variable.name,
                    variable.name
                            + ": gradient numerically zero, where an error as large as itself"
                            + " would not show; export at another input");
        }
        int probe = worst == null ? probes : worst.probe;
        return new GradientReport.Row(
                variable.name,
                variable.shape,
                all.size(),
                skipped,
                worst == null ? 0 : worst.relative(),
                worst == null ? 0 : worst.numeric.error() / worst.scale,
                probe < variable.elements.length
                        ? variable.shape.index(variable.elements[probe])
                        : List.of(),
                worst == null ? 0 : worst.analytic,
                Double.NaN,
                worst == null ? 0 : worst.numeric.value(),
                failures.all().size() == before,
                power);
    }

    private static String place(Variable variable, int probe) {
        return probe < variable.elements.length
                ? variable.name + variable.shape.index(variable.elements[probe])
                : variable.name + " along a random direction";
    }

    /** Whether L changes by more than rounding where this is moved. */
    private boolean moves(Variable variable) {
        return Arrays.stream(variable.ahead)
                .anyMatch(quotients -> Math.abs(quotients[0]) * steps[0] > COVERAGE * shaken());
    }

    /** By how much rounding may move L. */
    private double shaken() {
        return COVERAGE * RoundingNoise.deviation(noise) + Math.ulp(1.0) * size;
    }

    /** Null where no steps give a derivative. */
    private @Nullable Found compare(Variable variable, int probe) {
        double analytic = analytic(variable, probe);
        double typical =
                Math.max(Scales.rootMeanSquare(variable.gradient), Scales.rootMeanSquare(dy));
        double scale = Math.max(typical, Math.abs(analytic));
        scale = Double.isNaN(scale) ? 1 : scale;
        double[] ahead = variable.ahead[probe];
        double[] back = variable.back[probe];
        double[] central = new double[steps.length];
        Arrays.setAll(central, k -> (ahead[k] + back[k]) / 2);
        NumericDerivative middle = derivative(central, /* central= */ true, scale);
        Found found = middle == null ? null : found(probe, analytic, middle, scale);
        if (found != null && !found.wrong()) {
            return found;
        }
        NumericDerivative high = derivative(ahead, /* central= */ false, scale);
        NumericDerivative low = derivative(back, /* central= */ false, scale);
        if (high == null || low == null) {
            return found;
        }
        if (probe >= variable.elements.length) {
            boolean kink =
                    Math.abs(high.value() - low.value())
                            > high.error() + low.error() + COVERAGE * Math.ulp(1.0) * scale;
            return kink ? null : found;
        }
        if (low.value() > high.value()) {
            NumericDerivative swapped = low;
            low = high;
            high = swapped;
        }
        Found below = found(probe, analytic, low, scale);
        Found above = found(probe, analytic, high, scale);
        boolean between =
                analytic >= low.value() - below.bound && analytic <= high.value() + above.bound;
        if (between) {
            return found(
                    probe,
                    analytic,
                    new NumericDerivative(analytic, low.error(), /* smooth= */ false, 0),
                    scale);
        }
        return found != null ? found : below.off() < above.off() ? below : above;
    }

    private Found found(int probe, double analytic, NumericDerivative numeric, double typical) {
        double scale = Math.max(typical, Math.abs(numeric.value()));
        double rounding = COVERAGE * Math.ulp(1.0) * Math.sqrt(dy.length + 1.0) * scale;
        return new Found(probe, analytic, numeric, scale, numeric.error() + rounding);
    }

    private static double analytic(Variable variable, int probe) {
        if (probe < variable.elements.length) {
            return variable.gradient[variable.elements[probe]];
        }
        double[] direction = variable.directions[probe - variable.elements.length];
        double sum = 0;
        for (int i = 0; i < direction.length; i++) {
            sum += direction[i] * variable.gradient[i];
        }
        return sum;
    }

    /** From smaller and smaller first steps, until one converges; null if none does. */
    private @Nullable NumericDerivative derivative(
            double[] quotients, boolean central, double scale) {
        double shaken = shaken();
        for (int first = 0; first + 2 < steps.length; first += CLOSER) {
            NumericDerivative.Line line =
                    step -> {
                        int k = Math.getExponent(steps[0]) - Math.getExponent(step);
                        return k >= steps.length
                                ? null
                                : new NumericDerivative.Difference(quotients[k], shaken / step);
                    };
            double enough = GOOD_ENOUGH * scale;
            NumericDerivative found =
                    central
                            ? NumericDerivative.of(line, steps[first], enough)
                            : NumericDerivative.ofOneSide(line, steps[first], enough);
            double size = Math.max(scale, Math.abs(found.value()));
            if (found.smooth() && found.error() <= MEANINGLESS * size) {
                return found;
            }
        }
        return null;
    }
}
