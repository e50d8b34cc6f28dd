package io.retrograd.demo;

import io.retrograd.layer.Layer;
import io.retrograd.layer.Linear;
import io.retrograd.layer.Sequential;
import io.retrograd.layer.Tanh;
import io.retrograd.loss.CrossEntropy;
import io.retrograd.optim.Adam;
import io.retrograd.plot.Grid;
import io.retrograd.tensor.Shape;
import io.retrograd.train.EpochResult;
import io.retrograd.train.Model;
import io.retrograd.train.Trainer;
import io.retrograd.train.TrainingListener;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Two classes of points that no straight line separates: a perceptron with two hidden layers bends
 * its boundary around them, epoch by epoch, and a model without hidden layers cannot.
 *
 * <p>Source: M. Minsky, S. Papert, Perceptrons, 1969, for XOR; K. Lang, M. Witbrock, Learning to
 * tell two spirals apart, 1988.
 */
final class Boundary implements Demo {
    private static final int TRAINED = 300;
    private static final int HELD_OUT = 1000;
    private static final int BATCH = 30;
    private static final int HIDDEN = 16;
    private static final double RATE = 0.02;

    @Override
    public String name() {
        return "boundary";
    }

    @Override
    public String line() {
        return "a perceptron's decision boundary by epoch, where a linear model must fail";
    }

    @Override
    public int seconds() {
        return 3;
    }

    @Override
    public List<String> variants() {
        return Plane.problems();
    }

    /** Two hidden layers, whose tanh bends what the next layer cuts straight. */
    static Sequential perceptron() {
        return new Sequential(
                new Linear(HIDDEN), new Tanh(), new Linear(HIDDEN), new Tanh(), new Linear(2));
    }

    /** Logistic regression: the classes are as probable where {@code w·x + b = 0}, on a line. */
    static Linear linear() {
        return new Linear(2);
    }

    @Override
    public Map<String, Checked> networks() {
        Shape points = Shape.of(4, 2);
        return Map.of(
                "perceptron", new Checked(perceptron(), points, new CrossEntropy()),
                "linear", new Checked(linear(), points, new CrossEntropy()));
    }

    /** Trains a network, and watches its boundary at some epochs and its accuracy at all. */
    private static Film train(Context context, Layer network, Plane train, Plane test, int epochs) {
        Film film = new Film(train, test, epochs);
        try (Model model = Model.create(network, Shape.of(2), context.backend(), context.seed())) {
            film.watch(model, 0);
            new Trainer(model, new CrossEntropy(), new Adam(RATE))
                    .batch(BATCH)
                    .epochs(epochs)
                    .seed(context.seed())
                    .listener(
                            new TrainingListener() {
                                @Override
                                public Next onEpoch(EpochResult epoch) {
                                    film.watch(model, epoch.epoch());
                                    return Next.CONTINUE;
                                }
                            })
                    .fit(train.dataset());
        }
        return film;
    }

    @Override
    public Result run(Context context) {
        Plane train = Plane.draw(context.variant(), TRAINED, context.seed(), /* part= */ 0);
        Plane test = Plane.draw(context.variant(), HELD_OUT, context.seed(), /* part= */ 1);
        int epochs = context.size(context.variant().equals("spiral") ? 300 : 60, 12);
        context.say(
                "%s: %d points to train on, %d others to test on; 2 → %d → %d → 2 units with tanh,"
                        + " %d epochs%n",
                context.variant(), TRAINED, HELD_OUT, HIDDEN, HIDDEN, epochs);
        Film linear = train(context, linear(), train, test, epochs);
        Film perceptron = train(context, perceptron(), train, test, epochs);
        context.say("accuracy on unseen points by epoch");
        context.say("%8s %12s %12s", "epoch", "perceptron", "linear");
        for (int epoch : perceptron.shown()) {
            context.say(
                    "%8d %10.1f %% %10.1f %%",
                    epoch, 100 * perceptron.accuracy(epoch), 100 * linear.accuracy(epoch));
        }
        double best = test.bestLine();
        context.say("%nThe linear model's boundary is a line. %s", why(context.variant()));
        context.say(
                "No line at all puts more than %.1f %% of the unseen points on their sides; the"
                        + " linear model has %.1f %%,%nand the perceptron %.1f %%.",
                100 * best, 100 * linear.accuracy(epochs), 100 * perceptron.accuracy(epochs));
        Map<String, Object> numbers = new LinkedHashMap<>();
        numbers.put("epochs", epochs);
        numbers.put("best_line", best);
        numbers.put("linear", linear.numbers());
        numbers.put("perceptron", perceptron.numbers());
        return new Result(numbers, perceptron.pictures(linear));
    }

    /** What of a problem no line can do. */
    private static String why(String problem) {
        return switch (problem) {
            case "moons" -> "The moons interlock: a line leaves the tip of each with the other.";
            case "circles" ->
                    "One class surrounds the other: a line has the outer one on both sides.";
            case "spiral" -> "The arms wind around each other: a line crosses both many times.";
            default ->
                    "Opposite squares belong together: a line that cuts one off takes parts of its"
                            + " neighbours with it.";
        };
    }

    /** The probability of class 1 at a grid's points. */
    static Grid probabilities(Model model, int points) {
        double[] x = new double[2 * points * points];
        for (int i = 0; i < points * points; i++) {
            int row = i / points;
            x[2 * i] = Plane.EDGE * (2.0 * (i % points) / (points - 1) - 1);
            x[2 * i + 1] = Plane.EDGE * (2.0 * row / (points - 1) - 1);
        }
        double[] logits = model.predict(x);
        double[][] values = new double[points][points];
        for (int i = 0; i < points * points; i++) {
            values[i / points][i % points] = 1 / (1 + Math.exp(logits[2 * i] - logits[2 * i + 1]));
        }
        return new Grid(-Plane.EDGE, Plane.EDGE, -Plane.EDGE, Plane.EDGE, values);
    }
}
