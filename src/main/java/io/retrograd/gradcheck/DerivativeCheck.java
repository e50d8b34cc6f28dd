package io.retrograd.gradcheck;

import io.retrograd.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Compares gradients with numeric derivatives, element by element.
 *
 * @param rounded by how much more gradients may be off
 * @param coordinates elements to sample from each larger tensor; 0 for the default
 */
record DerivativeCheck(
        Subject subject,
        Values values,
        Derivatives derivatives,
        RoundedRuns rounded,
        RandomValues random,
        int coordinates) {
    /** A tensor of at most this many elements is checked whole. */
    private static final int WHOLE = 200;

    private static final int SAMPLED = 48;
    private static final int DIRECTIONS = 2;
    private static final double MAX_SKIPPED_SHARE = 0.1;
    private static final int FEW_SKIPPED = 5;

    /**
     * The row of one variable; what is wrong or undecided is added to {@code failures}.
     *
     * @param gradient the gradient to check
     * @param reference the reference's, which the report shows beside it
     * @param scale its typical size
     */
    GradientReport.Row check(
            Tensor variable,
            double[] gradient,
            double[] reference,
            double scale,
            Failures failures) {
        double[] base = variable.toArray();
        subject.forward(values);
        Outcome worst = null;
        int checked = 0;
        int skipped = 0;
        for (Probe probe : probes(base)) {
            Outcome outcome = compare(variable, base, probe, probe.dot(gradient), scale);
            if (outcome == null) {
                skipped++;
            } else {
                checked++;
                worst = worst == null || outcome.isWorseThan(worst) ? outcome : worst;
            }
        }
        variable.copyFrom(base);
        int all = checked + skipped;
        boolean mostlySkipped = skipped > FEW_SKIPPED && skipped > MAX_SKIPPED_SHARE * all;
        if (mostlySkipped) {
            failures.undecided(
                    variable.name(),
                    String.format(
                            "%s: expected at most 10 %% of the elements to lie at kinks, got %d of"
                                    + " %d; check at another input or seed",
                            variable.name(), skipped, all));
        }
        Outcome shown = worst == null ? Outcome.NONE : worst;
        GradientReport.Row row =
                new GradientReport.Row(
                        variable.name(),
                        variable.shape(),
                        checked,
                        skipped,
                        shown.relativeError,
                        shown.estimatedError,
                        shown.probe.isCoordinate()
                                ? variable.shape().index(shown.probe.element())
                                : List.of(),
                        shown.analytic,
                        shown.probe.dot(reference),
                        shown.numeric,
                        shown.passed && !mostlySkipped);
        if (!shown.passed) {
            fail(row, shown, failures);
        }
        return row;
    }

    private @Nullable Outcome compare(
            Tensor variable, double[] base, Probe probe, double analytic, double typical) {
        NumericDerivative numeric =
                derivatives.along(
                        step -> {
                            variable.copyFrom(probe.moved(base, step));
                            return subject.forwardFrom(variable, values);
                        },
                        Math.max(typical, Math.abs(analytic)));
        if (!numeric.smooth()) {
            return null;
        }
        double scale = Math.max(typical, Math.max(Math.abs(analytic), Math.abs(numeric.value())));
        boolean conclusive = Double.isNaN(analytic) || derivatives.conclusive(numeric, scale);
        return new Outcome(
                probe,
                analytic,
                numeric.value(),
                relative(analytic - numeric.value(), scale),
                relative(numeric.error(), scale),
                conclusive,
                conclusive
                        && derivatives.agree(
                                analytic, numeric, scale, rounded.of(variable, probe)));
    }

    private static double relative(double error, double scale) {
        if (Double.isNaN(error)) {
            return Double.POSITIVE_INFINITY;
        }
        return error == 0 ? 0 : Math.abs(error) / scale;
    }

    private static void fail(GradientReport.Row row, Outcome worst, Failures failures) {
        if (worst.conclusive) {
            failures.wrong(
                    row.tensor(),
                    String.format(
                            "%s: expected the derivative %.12g (relative error %.0e), got gradient"
                                    + " %.12g",
                            row.place(), row.numeric(), row.estimatedError(), row.analytic()));
        } else {
            failures.undecided(
                    row.tensor(),
                    String.format(
                            "%s: the numeric derivative %.12g has relative error %.0e; the"
                                    + " gradient is %.12g",
                            row.place(), row.numeric(), row.estimatedError(), row.analytic()));
        }
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

    private record Outcome(
            Probe probe,
            double analytic,
            double numeric,
            double relativeError,
            double estimatedError,
            boolean conclusive,
            boolean passed) {
        private static final Outcome NONE =
                new Outcome(Probe.NONE, 0, 0, 0, 0, /* conclusive= */ true, /* passed= */ true);

        boolean isWorseThan(Outcome other) {
            return passed != other.passed ? !passed : relativeError > other.relativeError;
        }
    }
}
