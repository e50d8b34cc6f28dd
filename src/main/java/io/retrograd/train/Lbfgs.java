package io.retrograd.train;

import io.retrograd.backend.JvmLimits;
import io.retrograd.loss.JointLoss;
import io.retrograd.loss.LossSum;
import io.retrograd.tensor.Checks;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;

/**
 * Minimizes the mean loss over a whole data set by L-BFGS with a strong Wolfe line search: for
 * small networks and smooth losses, which it brings to a minimum that no stochastic method reaches.
 * Immutable: each setting gives another one.
 *
 * <pre>
 *   s = xₖ₊₁ − xₖ    y = ∇f(xₖ₊₁) − ∇f(xₖ)        the last pairs make H ≈ (∇²f)⁻¹
 *
 *   d = −H ∇f(x)    x ← x + t·d        t by the line search
 * </pre>
 *
 * Settings, defaults and iterates are those of PyTorch's {@code LBFGS} with {@code
 * line_search_fn="strong_wolfe"}. Vectors are float64 on the host, which takes memory for two of a
 * parameter's size an iteration that is remembered. Batch norm computes with the statistics of a
 * batch: let {@link #batch} hold all samples there.
 *
 * <p>Source: D. Liu, J. Nocedal, On the limited memory BFGS method for large scale optimization,
 * 1989.
 */
public final class Lbfgs {
    private static final double LEAST_CURVATURE = 1e-10;

    private final Model model;
    private final LossSum losses;
    private int batch = Integer.MAX_VALUE;
    private int history = 100;
    private int iterations = 20;
    private double learningRate = 1;
    private double toleranceGrad = 1e-7;
    private double toleranceChange = 1e-9;

    /** Of one loss, which takes all outputs. */
    public Lbfgs(Model model, JointLoss loss) {
        this(model, LossSum.of(loss));
    }

    /** Of several losses. */
    public Lbfgs(Model model, LossSum losses) {
        this.model = model;
        this.losses = losses;
    }

    /**
     * The result of a minimization.
     *
     * @param loss the mean loss that was reached
     * @param iterations directions that were searched
     * @param evaluations of the loss and its gradient over all samples
     * @param largestGradient the largest element of the gradient there
     */
    public record Result(double loss, int iterations, int evaluations, double largestGradient) {}

    /** Samples that are computed at once; by default all. Memory is what it decides. */
    public Lbfgs batch(int samples) {
        Checks.atLeast("Lbfgs", "batch", 1, samples);
        return with(l -> l.batch = samples);
    }

    /** Iterations that are remembered, by default 100. */
    public Lbfgs historySize(int count) {
        Checks.atLeast("Lbfgs", "history size", 1, count);
        return with(l -> l.history = count);
    }

    /** The most iterations, by default 20; and the most evaluations, a quarter more. */
    public Lbfgs maxIterations(int count) {
        Checks.atLeast("Lbfgs", "max iterations", 1, count);
        return with(l -> l.iterations = count);
    }

    /** The first step of a line search, by default 1; of the first over the gradient's L1 norm. */
    public Lbfgs learningRate(double rate) {
        Checks.positive("Lbfgs", "learning rate", rate);
        return with(l -> l.learningRate = rate);
    }

    /** Ends where no element of the gradient is larger, by default 1e-7. */
    public Lbfgs toleranceGrad(double value) {
        Checks.notNegative("Lbfgs", "gradient tolerance", value);
        return with(l -> l.toleranceGrad = value);
    }

    /** Ends where neither a parameter nor the loss changes by more, by default 1e-9. */
    public Lbfgs toleranceChange(double value) {
        Checks.notNegative("Lbfgs", "change tolerance", value);
        return with(l -> l.toleranceChange = value);
    }

    private Lbfgs with(Consumer<Lbfgs> change) {
        Lbfgs copy = new Lbfgs(model, losses);
        copy.batch = batch;
        copy.history = history;
        copy.iterations = iterations;
        copy.learningRate = learningRate;
        copy.toleranceGrad = toleranceGrad;
        copy.toleranceChange = toleranceChange;
        change.accept(copy);
        return copy;
    }

    /**
     * Minimizes from where the parameters are.
     *
     * @throws IllegalArgumentException if model, losses and data do not fit together
     * @throws DivergenceException if the loss or its gradient is NaN or infinite to begin with
     */
    public Result minimize(Dataset dataset) {
        model.enterDevice();
        try (Objective objective = new Objective(model, losses, dataset, batch)) {
            return minimize(objective);
        } catch (OutOfMemoryError | StackOverflowError | LinkageError e) {
            throw JvmLimits.exception(e);
        } finally {
            model.exitDevice();
        }
    }

    private Result minimize(Objective objective) {
        Objective.Point point = objective.evaluate();
        checkFinite(point);
        Pairs pairs = new Pairs(history);
        double[] direction = scaled(-1, point.gradient());
        double step = Math.min(1, 1 / sum(point.gradient())) * learningRate;
        int done = 0;
        boolean ended = Objective.largest(point.gradient()) <= toleranceGrad;
        while (!ended && point.along(direction) <= -toleranceChange) {
            double[] from = objective.where();
            LineSearch search = new LineSearch(objective, from, direction, toleranceChange);
            LineSearch.Step found = search.search(point, step);
            objective.move(from, found.t(), direction);
            done++;
            double change = Math.abs(found.value() - point.value());
            ended =
                    done == iterations
                            || objective.evaluations() >= iterations * 5L / 4
                            || Objective.largest(found.point().gradient()) <= toleranceGrad
                            || found.t() * Objective.largest(direction) <= toleranceChange
                            || change < toleranceChange;
            double[] before = point.gradient();
            point = found.point();
            pairs.add(scaled(found.t(), direction), minus(point.gradient(), before));
            direction = pairs.direction(point.gradient());
            step = learningRate;
        }
        return new Result(
                point.value(), done, objective.evaluations(), Objective.largest(point.gradient()));
    }

    private static void checkFinite(Objective.Point point) {
        if (!Double.isFinite(point.value()) || !Double.isFinite(sum(point.gradient()))) {
            throw new DivergenceException(
                    "Lbfgs: expected a finite loss and gradient to begin with, got "
                            + point.value(),
                    new History(List.of(), History.End.DIVERGED));
        }
    }

    /** What iterations have shown of the curvature. */
    private static final class Pairs {
        private final int most;
        private final Deque<Pair> pairs = new ArrayDeque<>();
        private double diagonal = 1;

        private static final class Pair {
            private final double[] s;
            private final double[] y;
            private final double inverse;

            private Pair(double[] s, double[] y, double inverse) {
                this.s = s;
                this.y = y;
                this.inverse = inverse;
            }
        }

        private Pairs(int most) {
            this.most = most;
        }

        /** A change of the parameters, and of the gradient; none that curves upwards too little. */
        private void add(double[] s, double[] y) {
            double curvature = Objective.dot(y, s);
            if (curvature <= LEAST_CURVATURE) {
                return;
            }
            if (pairs.size() == most) {
                pairs.removeFirst();
            }
            pairs.addLast(new Pair(s, y, 1 / curvature));
            diagonal = curvature / Objective.dot(y, y);
        }

        /** −H ∇f, by the two loops of the paper. */
        private double[] direction(double[] gradient) {
            double[] d = scaled(-1, gradient);
            List<Double> shares = new ArrayList<>();
            for (Iterator<Pair> last = pairs.descendingIterator(); last.hasNext(); ) {
                Pair pair = last.next();
                double share = pair.inverse * Objective.dot(pair.s, d);
                shares.add(share);
                addTo(d, -share, pair.y);
            }
            d = scaled(diagonal, d);
            int i = shares.size();
            for (Pair pair : pairs) {
                double share = pair.inverse * Objective.dot(pair.y, d);
                addTo(d, shares.get(--i) - share, pair.s);
            }
            return d;
        }
    }

    private static double[] scaled(double factor, double[] x) {
        double[] y = new double[x.length];
        addTo(y, factor, x);
        return y;
    }

    private static double[] minus(double[] a, double[] b) {
        double[] y = a.clone();
        addTo(y, -1, b);
        return y;
    }

    private static void addTo(double[] y, double factor, double[] x) {
        for (int i = 0; i < y.length; i++) {
            y[i] += factor * x[i];
        }
    }

    private static double sum(double[] x) {
        double sum = 0;
        for (double value : x) {
            sum += Math.abs(value);
        }
        return sum;
    }
}
