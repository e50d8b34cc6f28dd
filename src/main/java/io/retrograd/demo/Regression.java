package io.retrograd.demo;

import io.retrograd.demo.Points.Eigenvalues;
import io.retrograd.demo.Points.Line;
import io.retrograd.layer.Linear;
import io.retrograd.loss.MseLoss;
import io.retrograd.optim.Adam;
import io.retrograd.optim.Optimizer;
import io.retrograd.optim.Sgd;
import io.retrograd.tensor.Shape;
import io.retrograd.train.Model;
import io.retrograd.train.TrainStep;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A line fitted to points by descent: the loss over slope and intercept is a bowl whose bottom is
 * known in closed form, and whose curvature predicts how fast each method comes down.
 *
 * <p>Source: G. Goh, Why momentum really works, Distill, 2017.
 */
final class Regression implements Demo {
    private static final int POINTS = 40;
    private static final int BATCH = 4;
    private static final int STEPS = 400;
    private static final Line START = new Line(-1, 4);
    private static final double MOMENTUM = 0.9;

    /** Share of the largest rate at which plain descent does not diverge. */
    private static final double STABLE = 0.85;

    private static final double UNSTABLE = 1.02;
    private static final int GROWING = 200;
    private static final double REACHED = 1e-6;

    /** Distances between which a method's rate is measured. */
    private static final double FAR = 1e-2;

    private static final double NEAR = 1e-8;

    /**
     * A way down.
     *
     * @param rate factor a step of the distance to the bottom that the mathematics predicts; NaN
     *     where it predicts none
     */
    record Method(String name, Optimizer optimizer, int batch, double rate) {}

    @Override
    public String name() {
        return "regression";
    }

    @Override
    public String line() {
        return "a line fitted to points: descent, momentum and Adam on a loss with a known bottom";
    }

    @Override
    public int seconds() {
        return 2;
    }

    /** The whole network: {@code y = w x + b}. */
    static Linear network() {
        return new Linear(1);
    }

    @Override
    public Map<String, Checked> networks() {
        return Map.of("line", new Checked(network(), Shape.of(5, 1), new MseLoss()));
    }

    /** One weight and one bias, a step at a time. */
    static Descent descend(Context context, Points points, Method method, int steps) {
        Descent path = new Descent(method);
        try (Model model = Model.create(network(), Shape.of(1), context.backend(), context.seed());
                TrainStep step =
                        new TrainStep(model, new MseLoss(), method.optimizer(), method.batch())) {
            model.setParameter("weight", START.w());
            model.setParameter("bias", START.b());
            path.add(START, points);
            for (int i = 0; i < steps; i++) {
                Points batch = points.batch(i * method.batch(), method.batch());
                step.run(batch.x(), batch.y());
                path.add(
                        new Line(model.parameter("weight")[0], model.parameter("bias")[0]), points);
            }
        }
        return path;
    }

    @Override
    public Result run(Context context) {
        Points points = Points.draw(POINTS, context.seed());
        Line best = points.best();
        Eigenvalues curvature = points.curvature();
        double limit = 2 / curvature.large();
        context.say(
                "%d points of y = 1.5 x − 1 with noise; y = w x + b, from w = %s, b = %s",
                POINTS, START.w(), START.b());
        context.say("closed form   w = %.9f  b = %.9f", best.w(), best.b());
        context.say(
                "curvature     from %.3f to %.3f: descent is stable below a rate of 2 / %.3f = %.4f",
                curvature.small(), curvature.large(), curvature.large(), limit);
        context.say(
                "%n%-22s %9s %12s %12s %9s %9s",
                "method", "rate", "distance", "steps", "factor", "predicted");
        List<Descent> paths = new ArrayList<>();
        for (Method method : methods(curvature)) {
            Descent path = descend(context, points, method, STEPS);
            paths.add(path);
            context.say(
                    "%-22s %9.4f %12.1e %12s %9s %9s",
                    method.name(),
                    method.optimizer().learningRate(),
                    path.last().distance(best),
                    path.reached(best, REACHED) < 0 ? "-" : path.reached(best, REACHED),
                    number(path.rate(best, FAR, NEAR)),
                    number(method.rate()));
        }
        context.say(
                "%ndistance: to the closed form after %d steps; steps: until it is %.0e;"
                        + "%nfactor: by which it shrinks in a step, and what the curvature predicts",
                STEPS, REACHED);
        Descent growing =
                descend(context, points, plain("descent, too fast", UNSTABLE * limit), GROWING);
        double growth = UNSTABLE * 2 - 1;
        double measured = growing.lastFactor(best);
        context.say(
                "%nat a rate of %.4f, %.0f %% above the limit, the distance grows by %.4f a step;"
                        + " predicted: %.4f",
                UNSTABLE * limit, 100 * (UNSTABLE - 1), measured, growth);
        Map<String, Object> numbers = new LinkedHashMap<>();
        numbers.put("closed_form", Map.of("w", best.w(), "b", best.b(), "loss", points.loss(best)));
        numbers.put("curvature", Map.of("small", curvature.small(), "large", curvature.large()));
        numbers.put("methods", paths.stream().map(path -> path.numbers(best, FAR, NEAR)).toList());
        numbers.put(
                "too_fast",
                Map.of(
                        "learning_rate", UNSTABLE * limit,
                        "factor", measured,
                        "predicted", growth));
        return new Result(
                numbers, Map.of("regression", () -> new RegressionPlot(points, paths).sheet()));
    }

    /** Plain descent, whose error along each curvature λ shrinks by {@code 1 − rate·λ}. */
    private static Method plain(String name, double rate) {
        return new Method(name, new Sgd(rate), POINTS, Double.NaN);
    }

    /** The ways down that are compared. */
    static List<Method> methods(Eigenvalues curvature) {
        double rate = STABLE * 2 / curvature.large();
        double slowest =
                Math.max(
                        Math.abs(1 - rate * curvature.small()),
                        Math.abs(1 - rate * curvature.large()));
        return List.of(
                new Method("gradient descent", new Sgd(rate), POINTS, slowest),
                new Method(
                        "momentum " + MOMENTUM,
                        new Sgd(rate / 4).momentum(MOMENTUM),
                        POINTS,
                        heavyBall(rate / 4, curvature)),
                new Method("Adam", new Adam(0.1), POINTS, Double.NaN),
                new Method("SGD, batches of " + BATCH, new Sgd(rate / 4), BATCH, Double.NaN));
    }

    /**
     * The factor of momentum: the larger root of {@code z² − (1 + β − rate·λ) z + β} in size, which
     * is √β where the roots are complex.
     */
    private static double heavyBall(double rate, Eigenvalues curvature) {
        double largest = 0;
        for (double lambda : new double[] {curvature.small(), curvature.large()}) {
            double half = (1 + MOMENTUM - rate * lambda) / 2;
            double inside = half * half - MOMENTUM;
            double size = inside < 0 ? Math.sqrt(MOMENTUM) : Math.abs(half) + Math.sqrt(inside);
            largest = Math.max(largest, size);
        }
        return largest;
    }

    private static String number(double value) {
        return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, "%.4f", value);
    }
}
