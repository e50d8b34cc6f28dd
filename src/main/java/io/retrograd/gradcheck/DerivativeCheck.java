package io.retrograd.gradcheck;

import io.retrograd.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Compares gradients with numeric derivatives, element by element.
 *
 * @param allowance by how much more gradients may be off
 * @param turned what the backend's rounding may turn, though no allowance counts it: a difference
 *     within that is undecided
 * @param power of these comparisons
 * @param resolved the same if what the reference computes were exact
 * @param coordinates elements to sample from each larger tensor; 0 for the default
 */
record DerivativeCheck(
        Subject subject,
        Values values,
        Derivatives derivatives,
        Allowance allowance,
        Supplier<RoundedRuns> turned,
        Power power,
        Power resolved,
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
     * @param reference the reference's, which the report shows beside it, if there is one
     * @param scale its typical size
     */
    GradientReport.Row check(
            Tensor variable,
            double[] gradient,
            double @Nullable [] reference,
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
                        reference == null ? Double.NaN : shown.probe.dot(reference),
                        shown.numeric,
                        shown.passed() && !mostlySkipped,
                        power.of(variable));
        if (!shown.passed()) {
            fail(row, shown, failures);
        }
        return row;
    }

    private @Nullable Outcome compare(
            Tensor variable, double[] base, Probe probe, double analytic, double typical) {
        Derivatives.Path path =
                step -> {
                    variable.copyFrom(probe.moved(base, step));
                    return subject.forwardFrom(variable, values);
                };
        double first = Math.max(typical, Math.abs(analytic));
        NumericDerivative numeric = derivatives.along(path, first);
        if (!numeric.smooth()) {
            return probe.isCoordinate() ? atKink(variable, path, probe, analytic, first) : null;
        }
        Outcome outcome = judge(variable, probe, analytic, numeric, first);
        if (outcome.judged != Judged.WRONG) {
            return outcome;
        }
        if (!derivatives.knowsKinks() && probe.isCoordinate()) {
            Outcome beside = atKink(variable, path, probe, analytic, first);
            if (beside != null && beside.passed()) {
                return beside;
            }
        }
        NumericDerivative confirmed = derivatives.confirmed(numeric, path, first);
        return judge(variable, probe, analytic, confirmed, first);
    }

    private Outcome judge(
            Tensor variable,
            Probe probe,
            double analytic,
            NumericDerivative numeric,
            double typical) {
        double scale = Math.max(typical, Math.abs(numeric.value()));
        double bound = derivatives.bound(numeric, scale, allowance.of(variable, probe));
        double off = Math.abs(analytic - numeric.value());
        Judged judged = Judged.PASSED;
        if (!Double.isNaN(analytic) && !derivatives.conclusive(numeric, scale)) {
            judged = Judged.INEXACT;
        } else {
            power.compared(variable, analytic, numeric.value(), bound);
            resolved.compared(variable, numeric.value(), numeric.value(), numeric.error());
            if (!(off <= bound)) {
                boolean explained = off <= bound + turned.get().of(variable, probe);
                judged = explained ? Judged.ILL_CONDITIONED : Judged.WRONG;
            }
        }
        return new Outcome(
                probe,
                analytic,
                numeric.value(),
                relative(off, scale),
                relative(numeric.error(), scale),
                judged);
    }

    /**
     * At a kink the gradient may be any number between what the derivatives to both sides allow;
     * null where these cannot be had. Where functions with kinks follow each other, the gradient by
     * the chain rule need not lie between them, whatever each takes for its own.
     */
    private @Nullable Outcome atKink(
            Tensor variable, Derivatives.Path path, Probe probe, double analytic, double typical) {
        Derivatives.Interval interval = derivatives.atKink(path, typical);
        NumericDerivative low = interval.low();
        NumericDerivative high = interval.high();
        double scale = Math.max(typical, Math.max(Math.abs(low.value()), Math.abs(high.value())));
        if (!low.smooth()
                || !high.smooth()
                || !derivatives.conclusive(low, scale)
                || !derivatives.conclusive(high, scale)) {
            return null;
        }
        double more = allowance.of(variable, probe);
        double below = low.value() - analytic - derivatives.bound(low, scale, more);
        double above = analytic - high.value() - derivatives.bound(high, scale, more);
        NumericDerivative nearest = below > above ? low : high;
        Judged outside = subject.operationsWithKinks() > 1 ? Judged.AT_KINKS : Judged.WRONG;
        boolean between = below <= 0 && above <= 0;
        return new Outcome(
                probe,
                analytic,
                between ? analytic : nearest.value(),
                between ? 0 : relative(analytic - nearest.value(), scale),
                relative(nearest.error(), scale),
                between ? Judged.PASSED : outside);
    }

    private static double relative(double error, double scale) {
        if (Double.isNaN(error)) {
            return Double.POSITIVE_INFINITY;
        }
        return error == 0 ? 0 : Math.abs(error) / scale;
    }

    private static void fail(GradientReport.Row row, Outcome worst, Failures failures) {
        String found =
                String.format(
                        "%s: expected the derivative %.12g (relative error %.0e), got gradient"
                                + " %.12g",
                        row.place(), row.numeric(), row.estimatedError(), row.analytic());
        switch (worst.judged) {
            case WRONG -> failures.wrong(row.tensor(), found);
            case ILL_CONDITIONED ->
                    failures.undecided(
                            row.tensor(),
                            found
                                    + "; rounding what each operation reads moves it by more:"
                                    + " ill-conditioned beyond the precision");
            case AT_KINKS ->
                    failures.undecided(
                            row.tensor(),
                            found
                                    + "; it lies at kinks of several operations, where the chain"
                                    + " rule need not hold; check at another input or seed");
            default ->
                    failures.undecided(
                            row.tensor(),
                            String.format(
                                    "%s: the numeric derivative %.12g has relative error %.0e; the"
                                            + " gradient is %.12g",
                                    row.place(),
                                    row.numeric(),
                                    row.estimatedError(),
                                    row.analytic()));
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

    /** What a comparison says. */
    private enum Judged {
        PASSED,
        AT_KINKS,
        INEXACT,
        ILL_CONDITIONED,
        WRONG
    }

    private record Outcome(
            Probe probe,
            double analytic,
            double numeric,
            double relativeError,
            double estimatedError,
            Judged judged) {
        private static final Outcome NONE = new Outcome(Probe.NONE, 0, 0, 0, 0, Judged.PASSED);

        boolean passed() {
            return judged == Judged.PASSED;
        }

        boolean isWorseThan(Outcome other) {
            return judged == other.judged
                    ? relativeError > other.relativeError
                    : judged.compareTo(other.judged) > 0;
        }
    }
}
