package io.retrograd.gradcheck;

import org.jspecify.annotations.Nullable;

/**
 * A derivative from central differences at halving steps, extrapolated to step 0, with an estimate
 * of its error.
 *
 * <pre>
 *   D(h)    = (L(h) − L(−h)) / 2h = L' + c₁h² + c₂h⁴ + …
 *   T[k,0]  = D(h₀ / 2ᵏ)
 *   T[k,j]  = T[k,j−1] + (T[k,j−1] − T[k−1,j−1]) / (4ʲ − 1)
 * </pre>
 *
 * Truncation error is estimated by how far the newest diagonal element lies from its two
 * neighbours, and may not be better than theory makes of the row before; the rounding error of each
 * difference is carried through the table. The element with the smallest sum wins. Steps that cross
 * a kink are left out, and the table starts over at half the step.
 *
 * <p>Source: C. J. F. Ridders, Accurate computation of F'(x) and F'(x)F''(x), Advances in
 * Engineering Software 4, 1982.
 *
 * @param value the derivative
 * @param error its estimated error, truncation and rounding
 * @param smooth false if a kink was crossed at every step; the value then means nothing
 * @param step the largest step that crossed no kink
 */
record NumericDerivative(double value, double error, boolean smooth, double step) {
    /** The step to begin with where nothing is known. */
    static final double FIRST_STEP = 0x1p-4;

    private static final int MAX_ROWS = 9;
    private static final double SMALLEST_FIRST_STEP = 0x1p-22;

    /** A step of at most any that is ever taken. */
    static final double SMALLEST_STEP = SMALLEST_FIRST_STEP / (1 << (MAX_ROWS - 1));

    private static final int MIN_ROWS = 3;

    /** The function whose derivative at 0 is wanted, seen through its central differences. */
    @FunctionalInterface
    interface Line {
        /** D(h), or null if a kink lies between −h and h. */
        @Nullable Difference at(double h);
    }

    /**
     * A central difference.
     *
     * @param slope D(h)
     * @param rounding bound of its rounding error
     */
    record Difference(double slope, double rounding) {}

    /**
     * The derivative of {@code line} at 0.
     *
     * @param firstStep h₀, a power of two
     * @param goodEnough error below which no smaller step is tried
     */
    static NumericDerivative of(Line line, double firstStep, double goodEnough) {
        return of(line, firstStep, goodEnough, /* ratio= */ 4);
    }

    /**
     * The same from one-sided differences, whose error has every power of the step: extrapolation
     * then divides by 2ʲ − 1.
     */
    static NumericDerivative ofOneSide(Line line, double firstStep, double goodEnough) {
        return of(line, firstStep, goodEnough, /* ratio= */ 2);
    }

    private static NumericDerivative of(
            Line line, double firstStep, double goodEnough, double ratio) {
        double step = firstStep;
        while (step >= SMALLEST_FIRST_STEP) {
            Difference first = line.at(step);
            if (first != null) {
                Table table = new Table(first, ratio);
                table.refine(line, step, goodEnough);
                if (table.rows >= MIN_ROWS) {
                    return new NumericDerivative(
                            table.best, table.bestError, /* smooth= */ true, step);
                }
            }
            step /= 2;
        }
        return new NumericDerivative(
                Double.NaN, Double.POSITIVE_INFINITY, /* smooth= */ false, step);
    }

    /** The triangle of extrapolations, of which the newest row is kept. */
    private static final class Table {
        private final double[] row = new double[MAX_ROWS];
        private final double[] rounding = new double[MAX_ROWS];
        private final double ratio;
        private int rows = 1;
        private double truncation;
        private double best = Double.NaN;
        private double bestError = Double.POSITIVE_INFINITY;

        Table(Difference first, double ratio) {
            this.ratio = ratio;
            row[0] = first.slope();
            rounding[0] = first.rounding();
        }

        /** Adds rows until the error is good enough. */
        void refine(Line line, double firstStep, double goodEnough) {
            double step = firstStep;
            while (rows < MAX_ROWS && (rows < MIN_ROWS || !(bestError <= goodEnough))) {
                step /= 2;
                Difference next = line.at(step);
                if (next == null) {
                    return;
                }
                add(next);
            }
        }

        private void add(Difference next) {
            double[] above = row.clone();
            double[] aboveRounding = rounding.clone();
            row[0] = next.slope();
            rounding[0] = next.rounding();
            double power = 1;
            for (int j = 1; j <= rows; j++) {
                power *= ratio;
                row[j] = row[j - 1] + (row[j - 1] - above[j - 1]) / (power - 1);
                rounding[j] = (power * rounding[j - 1] + aboveRounding[j - 1]) / (power - 1);
            }
            double seen =
                    Math.max(
                            Math.abs(row[rows] - row[rows - 1]),
                            Math.abs(row[rows] - above[rows - 1]));
            double error = Math.max(seen, truncation / power) + rounding[rows];
            truncation = seen;
            if (rows >= MIN_ROWS - 1 && !(error >= bestError)) {
                best = row[rows];
                bestError = error;
            }
            rows++;
        }
    }
}
