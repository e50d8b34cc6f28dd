package io.retrograd.train;

import io.retrograd.train.Objective.Point;

/**
 * Looks along a direction for a step that meets the strong Wolfe conditions.
 *
 * <pre>
 *   f(x + t·d) ≤ f(x) + c₁·t·f′(x)·d        |f′(x + t·d)·d| ≤ −c₂·f′(x)·d
 * </pre>
 *
 * Steps grow until they bracket one, then the bracket shrinks by cubic interpolation. Constants and
 * safeguards are those of minFunc, which PyTorch follows too. Source: J. Nocedal, S. Wright,
 * Numerical optimization, 2006, algorithms 3.5 and 3.6.
 */
final class LineSearch {
    private static final double C1 = 1e-4;
    private static final double C2 = 0.9;
    private static final int MOST_STEPS = 25;

    /** A step grows to between these. */
    private static final double LEAST_GROWTH = 0.01;

    private static final double MOST_GROWTH = 10;

    /** A step inside a bracket keeps this share of it from both ends. */
    private static final double MARGIN = 0.1;

    private final Objective objective;
    private final double[] from;
    private final double[] direction;
    private final double narrowest;
    private int steps;

    /** A step, what was found there, and the slope along the direction. */
    record Step(double t, Point point, double slope) {
        double value() {
            return point.value();
        }
    }

    /** Two steps, the first of the lower value. */
    private record Bracket(Step low, Step high) {
        static Bracket of(Step a, Step b) {
            return a.value() <= b.value() ? new Bracket(a, b) : new Bracket(b, a);
        }

        double least() {
            return Math.min(low.t, high.t);
        }

        double most() {
            return Math.max(low.t, high.t);
        }
    }

    /**
     * A search.
     *
     * @param narrowest the width of a bracket, in the largest change of a parameter, that ends it
     */
    LineSearch(Objective objective, double[] from, double[] direction, double narrowest) {
        this.objective = objective;
        this.from = from;
        this.direction = direction;
        this.narrowest = narrowest;
    }

    /**
     * Searches; the parameters are anywhere on the line afterwards.
     *
     * @param start the point where it begins
     * @param first the step that is tried first
     */
    Step search(Point start, double first) {
        Step origin = new Step(0, start, start.along(direction));
        Step before = origin;
        Step now = at(first);
        for (; steps < MOST_STEPS; steps++) {
            if (rises(origin, now) || (steps > 1 && now.value() >= before.value())) {
                return shrink(origin, Bracket.of(before, now));
            }
            if (flat(origin, now)) {
                return now;
            }
            if (now.slope >= 0) {
                return shrink(origin, Bracket.of(before, now));
            }
            double least = now.t + LEAST_GROWTH * (now.t - before.t);
            Step next = at(cubic(before, now, least, MOST_GROWTH * now.t));
            before = now;
            now = next;
        }
        return Bracket.of(origin, now).low;
    }

    private Step shrink(Step origin, Bracket first) {
        Bracket bracket = first;
        boolean slow = false;
        double size = Objective.largest(direction);
        for (; steps < MOST_STEPS; steps++) {
            double width = bracket.most() - bracket.least();
            if (width * size < narrowest) {
                break;
            }
            double t = cubic(bracket.low, bracket.high, bracket.least(), bracket.most());
            double margin = MARGIN * width;
            boolean near = Math.min(bracket.most() - t, t - bracket.least()) < margin;
            if (near && (slow || t >= bracket.most() || t <= bracket.least())) {
                boolean above = Math.abs(t - bracket.most()) < Math.abs(t - bracket.least());
                t = above ? bracket.most() - margin : bracket.least() + margin;
                near = false;
            }
            slow = near;
            Step now = at(t);
            if (rises(origin, now) || now.value() >= bracket.low.value()) {
                bracket = Bracket.of(bracket.low, now);
            } else if (flat(origin, now)) {
                return now;
            } else {
                boolean past = now.slope * (bracket.high.t - bracket.low.t) >= 0;
                bracket = new Bracket(now, past ? bracket.low : bracket.high);
            }
        }
        return bracket.low;
    }

    private static boolean rises(Step origin, Step now) {
        return now.value() > origin.value() + C1 * now.t * origin.slope;
    }

    private static boolean flat(Step origin, Step now) {
        return Math.abs(now.slope) <= -C2 * origin.slope;
    }

    /** What is found at a step; values that are no numbers count as infinitely high. */
    private Step at(double t) {
        objective.move(from, t, direction);
        Point point = objective.evaluate();
        double slope = point.along(direction);
        return Double.isFinite(point.value()) && Double.isFinite(slope)
                ? new Step(t, point, slope)
                : new Step(t, new Point(Double.POSITIVE_INFINITY, point.gradient()), slope);
    }

    /**
     * The least point of the cubic with the values and slopes of two steps, within bounds; the
     * middle of these where there is none.
     */
    private static double cubic(Step one, Step other, double least, double most) {
        Step a = one.t <= other.t ? one : other;
        Step b = one.t <= other.t ? other : one;
        double d1 = a.slope + b.slope - 3 * (a.value() - b.value()) / (a.t - b.t);
        double square = d1 * d1 - a.slope * b.slope;
        if (!(square >= 0) || Double.isInfinite(square)) {
            return (least + most) / 2;
        }
        double d2 = Math.sqrt(square);
        double t = b.t - (b.t - a.t) * ((b.slope + d2 - d1) / (b.slope - a.slope + 2 * d2));
        return Double.isNaN(t) ? (least + most) / 2 : Math.min(Math.max(t, least), most);
    }
}
