package io.retrograd.demo;

import io.retrograd.data.Digits;
import io.retrograd.data.Subset;
import io.retrograd.layer.Flatten;
import io.retrograd.layer.Linear;
import io.retrograd.layer.Sequential;
import io.retrograd.layer.Sigmoid;
import io.retrograd.loss.CrossEntropy;
import io.retrograd.optim.Adam;
import io.retrograd.tensor.Shape;
import io.retrograd.train.LabelledDataset;
import io.retrograd.train.Model;
import io.retrograd.train.Trainer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A deep belief network: restricted Boltzmann machines that learn digits without labels, one on top
 * of the other, are unrolled into a network that back-propagation fine-tunes on few labels. Beside
 * it the same network from random weights, for several numbers of labels and seeds.
 *
 * <p>Source: G. Hinton, S. Osindero, Y.-W. Teh, A fast learning algorithm for deep belief nets,
 * 2006; G. Hinton, A practical guide to training restricted Boltzmann machines, 2010.
 */
final class Dbn implements Demo {
    private static final int PIXELS = 64;
    private static final int FIRST = 100;
    private static final int SECOND = 50;
    private static final int BATCH = 20;
    private static final double RATE = 0.05;
    private static final double PERSISTENT_RATE = 0.02;
    private static final double MOMENTUM = 0.9;
    private static final double WEIGHT_DECAY = 2e-4;
    private static final double FINE_TUNING = 3e-3;
    private static final int MOST_LABELS = 20;

    /** How a network comes to its first weights. */
    enum Start {
        RANDOM("from random weights", 0),
        CD("after contrastive divergence", 1),
        PERSISTENT("after the persistent one", 2);

        private final String text;
        private final int color;

        Start(String text, int color) {
            this.text = text;
            this.color = color;
        }

        int color() {
            return color;
        }

        String text() {
            return text;
        }
    }

    @Override
    public String name() {
        return "dbn";
    }

    @Override
    public String line() {
        return "Boltzmann machines that see digits without labels, then learn from few labels";
    }

    @Override
    public int seconds() {
        return 36;
    }

    @Override
    public String device() {
        return "cpu";
    }

    /** The two machines, unrolled, and a layer for the classes. */
    static Sequential network() {
        return new Sequential(
                new Flatten(),
                new Linear(FIRST),
                new Sigmoid(),
                new Linear(SECOND),
                new Sigmoid(),
                new Linear(10));
    }

    @Override
    public Map<String, Checked> networks() {
        return Map.of("unrolled", new Checked(network(), Shape.of(3, 1, 8, 8), new CrossEntropy()));
    }

    /** Two machines, one on top of the other. */
    record Stack(Rbm first, Rbm second) {
        /** Trains the first one on samples, and the second one on what the first makes of them. */
        static Stack learn(double[][] samples, int epochs, boolean persistent, long seed) {
            SplittableRandom random = new SplittableRandom(seed);
            Rbm first = machine(samples, FIRST, epochs, persistent, random);
            double[][] features = Arrays.stream(samples).map(first::up).toArray(double[][]::new);
            return new Stack(first, machine(features, SECOND, epochs, persistent, random));
        }

        private static Rbm machine(
                double[][] samples,
                int hidden,
                int epochs,
                boolean persistent,
                SplittableRandom random) {
            Rbm machine = new Rbm(samples[0].length, hidden, random);
            machine.startAt(samples);
            double[][] order = samples.clone();
            double[][] chains = Arrays.copyOf(samples, BATCH);
            for (int epoch = 0; epoch < epochs; epoch++) {
                for (int i = order.length - 1; i > 0; i--) {
                    int other = random.nextInt(i + 1);
                    double[] moved = order[i];
                    order[i] = order[other];
                    order[other] = moved;
                }
                double slower = 1 - epoch / (double) epochs;
                for (int at = 0; at + BATCH <= order.length; at += BATCH) {
                    double[][] data = Arrays.copyOfRange(order, at, at + BATCH);
                    double[][] from = persistent ? chains : data;
                    double[][] own = new double[BATCH][];
                    Arrays.setAll(own, n -> machine.gibbs(from[n], /* steps= */ 1, random));
                    chains = own;
                    double rate = slower * (persistent ? PERSISTENT_RATE : RATE);
                    machine.learn(data, own, rate, MOMENTUM, WEIGHT_DECAY);
                }
            }
            return machine;
        }

        /** What the machines remember of a sample: up through both and down again. */
        double[] reconstruct(double[] v) {
            return first.down(second.down(second.up(first.up(v))));
        }

        /** The squared error of reconstructions, a pixel. */
        double error(double[][] samples) {
            double sum = 0;
            for (double[] v : samples) {
                double[] again = reconstruct(v);
                for (int i = 0; i < v.length; i++) {
                    sum += (again[i] - v[i]) * (again[i] - v[i]);
                }
            }
            return sum / (samples.length * samples[0].length);
        }

        void unroll(Model model) {
            model.setParameter("1.weight", first.w);
            model.setParameter("1.bias", first.c);
            model.setParameter("3.weight", second.w);
            model.setParameter("3.bias", second.c);
        }
    }

    /**
     * Accuracies on unseen digits by start and number of labels, each of all seeds.
     *
     * @param labels of each class
     */
    record Comparison(List<Integer> labels, Map<Start, List<List<Double>>> accuracies) {
        double mean(Start start, int place) {
            return DbnPlot.of(this, start, place).average().orElse(Double.NaN);
        }
    }

    @Override
    public Result run(Context context) {
        int seeds = context.size(5, 2);
        List<Integer> labels = context.quick() ? List.of(2) : List.of(1, 2, 5, 10, 20);
        int epochs = context.size(50, 3);
        int tested = context.size(600, 100);
        LabelledDataset all = Digits.load();
        Map<Start, List<List<Double>>> accuracies = new LinkedHashMap<>();
        for (Start start : Start.values()) {
            List<List<Double>> byLabels = new ArrayList<>();
            labels.forEach(each -> byLabels.add(new ArrayList<>()));
            accuracies.put(start, byLabels);
        }
        context.say(
                "%d → %d → %d units; machines see %d digits without labels for %d epochs; tested on"
                        + " %d others, %d seeds%n",
                PIXELS, FIRST, SECOND, all.size() - tested, epochs, tested, seeds);
        List<Stack> stacks = new ArrayList<>();
        List<Double> errors = new ArrayList<>();
        double[][] test = {};
        for (int s = 0; s < seeds; s++) {
            long seed = context.seed() + s;
            int watched = all.size() - 10 * MOST_LABELS - tested;
            Overfit.Draw draw = Overfit.Draw.of(all, MOST_LABELS, watched, tested, seed);
            double[][] samples = join(rows(draw.train()), rows(draw.watched()));
            Stack stack = Stack.learn(samples, epochs, /* persistent= */ false, seed);
            Stack persistent = Stack.learn(samples, epochs, /* persistent= */ true, seed);
            test = rows(draw.test());
            errors.add(stack.error(test));
            stacks.add(stack);
            for (int i = 0; i < labels.size(); i++) {
                LabelledDataset few = few(draw.train(), labels.get(i));
                for (Start start : Start.values()) {
                    Stack from =
                            start == Start.RANDOM ? null : start == Start.CD ? stack : persistent;
                    double accuracy = fineTune(context, few, draw.test(), from, seed);
                    Objects.requireNonNull(accuracies.get(start)).get(i).add(accuracy);
                }
            }
        }
        Comparison comparison = new Comparison(labels, accuracies);
        say(context, comparison);
        context.say(
                "%nerror of digits that went up and down again: %.4f a pixel, squared; %.4f where"
                        + " each pixel is given its mean",
                errors.stream().mapToDouble(e -> e).average().orElse(Double.NaN), spread(test));
        Stack first = stacks.get(0);
        double[][] few = Arrays.copyOf(test, 20);
        Map<String, Object> numbers = numbers(comparison);
        numbers.put("reconstruction_errors", errors);
        return new Result(
                numbers, Map.of("dbn", () -> new DbnPlot(comparison, first, few).sheet()));
    }

    /** The accuracy on a test of the network that few labels have trained. */
    private static double fineTune(
            Context context,
            LabelledDataset few,
            LabelledDataset test,
            @Nullable Stack from,
            long seed) {
        try (Model model = Model.create(network(), Shape.of(1, 8, 8), context.backend(), seed)) {
            if (from != null) {
                from.unroll(model);
            }
            new Trainer(model, new CrossEntropy(), new Adam(FINE_TUNING))
                    .batch(10)
                    .epochs(context.size(60, 10))
                    .seed(seed)
                    .fit(few);
            DigitBatch batch = DigitBatch.of(test);
            return batch.accuracy(model.predict(batch.pixels()));
        }
    }

    /** The first digits of each class. */
    private static LabelledDataset few(LabelledDataset all, int each) {
        int[] taken = new int[all.classes()];
        return new Subset(
                all,
                IntStream.range(0, all.size()).filter(i -> taken[all.label(i)]++ < each).toArray());
    }

    /** All samples, a row each. */
    static double[][] rows(LabelledDataset data) {
        double[][] rows = new double[data.size()][PIXELS];
        for (int i = 0; i < rows.length; i++) {
            data.sample(i, rows[i], 0);
        }
        return rows;
    }

    private static double[][] join(double[][] a, double[][] b) {
        double[][] joined = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, joined, a.length, b.length);
        return joined;
    }

    /** The mean squared distance of pixels from their means. */
    private static double spread(double[][] samples) {
        double sum = 0;
        for (int i = 0; i < PIXELS; i++) {
            int pixel = i;
            double mean = Arrays.stream(samples).mapToDouble(v -> v[pixel]).average().orElse(0);
            sum += Arrays.stream(samples).mapToDouble(v -> Math.pow(v[pixel] - mean, 2)).sum();
        }
        return sum / (samples.length * PIXELS);
    }

    private static void say(Context context, Comparison comparison) {
        context.say("labels a class  %22s  %30s  %28s", (Object[]) texts());
        for (int i = 0; i < comparison.labels().size(); i++) {
            context.say(
                    "%14d  %20.1f %%  %28.1f %%  %26.1f %%",
                    comparison.labels().get(i),
                    100 * comparison.mean(Start.RANDOM, i),
                    100 * comparison.mean(Start.CD, i),
                    100 * comparison.mean(Start.PERSISTENT, i));
        }
    }

    private static String[] texts() {
        return Arrays.stream(Start.values()).map(Start::text).toArray(String[]::new);
    }

    private static Map<String, Object> numbers(Comparison comparison) {
        Map<String, Object> numbers = new LinkedHashMap<>();
        numbers.put("labels_a_class", comparison.labels());
        comparison
                .accuracies()
                .forEach((start, all) -> numbers.put(start.name().toLowerCase(Locale.ROOT), all));
        return numbers;
    }
}
