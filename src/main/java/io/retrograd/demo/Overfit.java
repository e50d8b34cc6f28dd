package io.retrograd.demo;

import io.retrograd.data.Digits;
import io.retrograd.data.RandomShift;
import io.retrograd.data.Subset;
import io.retrograd.layer.BatchNorm;
import io.retrograd.layer.Dropout;
import io.retrograd.layer.Flatten;
import io.retrograd.layer.Layer;
import io.retrograd.layer.Linear;
import io.retrograd.layer.Relu;
import io.retrograd.layer.Sequential;
import io.retrograd.loss.CrossEntropy;
import io.retrograd.optim.Adam;
import io.retrograd.tensor.Philox;
import io.retrograd.tensor.Shape;
import io.retrograd.train.LabelledDataset;
import io.retrograd.train.Model;
import io.retrograd.train.Trainer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * A perceptron with far more weights than a hundred digits can determine, which learns them by
 * heart, and six ways to have it generalise: penalties, dropout, batch norm, shifted copies, and
 * stopping in time. Each is trained from several seeds on other digits.
 *
 * <p>Sources: A. Krogh, J. Hertz, A simple weight decay can improve generalization, NIPS 1991; R.
 * Tibshirani, Regression shrinkage and selection via the lasso, 1996; N. Srivastava et al.,
 * Dropout, JMLR 2014; L. Prechelt, Early stopping, but when?, 1998.
 */
final class Overfit implements Demo {
    private static final int HIDDEN = 128;
    private static final int BATCH = 20;
    private static final double RATE = 2e-3;
    private static final double L1 = 4e-4;
    private static final double L2 = 5e-3;
    private static final double DROPPED = 0.5;
    private static final int PATIENCE = 10;
    private static final long STREAM = 0x4F56_4552L;

    /** Weights this small count as gone. */
    private static final double GONE = 1e-3;

    /**
     * A way to train.
     *
     * @param network its network
     * @param change what it asks of the trainer
     */
    record Method(String name, Layer network, UnaryOperator<Trainer> change) {}

    @Override
    public String name() {
        return "overfit";
    }

    @Override
    public String line() {
        return "a hundred digits learnt by heart, and six ways to generalise, from five seeds each";
    }

    @Override
    public int seconds() {
        return 12;
    }

    @Override
    public String device() {
        return "auto";
    }

    /** Two hidden layers, behind each of which there is {@code more}. */
    static Sequential network(Layer... more) {
        List<Layer> layers = new ArrayList<>();
        layers.add(new Flatten());
        for (int i = 0; i < 2; i++) {
            layers.add(new Linear(HIDDEN));
            layers.add(new Relu());
            layers.addAll(List.of(more));
        }
        layers.add(new Linear(10));
        return new Sequential(layers);
    }

    /** Nothing, then each of the six. */
    static List<Method> methods(LabelledDataset watched) {
        UnaryOperator<Trainer> none = trainer -> trainer;
        return List.of(
                new Method("nothing", network(), none),
                new Method("L1", network(), trainer -> trainer.l1(L1)),
                new Method("L2", network(), trainer -> trainer.l2(L2)),
                new Method("dropout", network(new Dropout(DROPPED)), none),
                new Method("batch norm", network(new BatchNorm()), none),
                new Method("shifts", network(), trainer -> trainer.augment(new RandomShift(1))),
                new Method(
                        "early stop",
                        network(),
                        trainer -> trainer.validation(watched).earlyStop(PATIENCE)));
    }

    @Override
    public Map<String, Checked> networks() {
        Shape digits = Shape.of(4, 1, 8, 8);
        return Map.of(
                "plain", new Checked(network(), digits, new CrossEntropy()),
                "dropout", new Checked(network(new Dropout(DROPPED)), digits, new CrossEntropy()),
                "batch norm", new Checked(network(new BatchNorm()), digits, new CrossEntropy()));
    }

    /** Digits drawn by a seed: few of each class to train on, some to watch, others to test on. */
    record Draw(LabelledDataset train, LabelledDataset watched, LabelledDataset test) {
        static Draw of(LabelledDataset all, int each, int watched, int tested, long seed) {
            int[] order = IntStream.range(0, all.size()).toArray();
            Philox.shuffle(order, seed, STREAM);
            int[] taken = new int[all.classes()];
            List<Integer> few = new ArrayList<>();
            List<Integer> rest = new ArrayList<>();
            for (int i : order) {
                (taken[all.label(i)]++ < each ? few : rest).add(i);
            }
            return new Draw(
                    subset(all, few),
                    subset(all, rest.subList(0, watched)),
                    subset(all, rest.subList(watched, watched + tested)));
        }

        private static LabelledDataset subset(LabelledDataset all, List<Integer> which) {
            return new Subset(all, which.stream().mapToInt(i -> i).toArray());
        }
    }

    private static Learned train(Context context, Method method, Draw draw, int epochs, long seed) {
        try (Model model =
                Model.create(method.network(), Shape.of(1, 8, 8), context.backend(), seed)) {
            Learned learned = new Learned(method.name(), draw);
            Trainer trainer =
                    new Trainer(model, new CrossEntropy(), new Adam(RATE))
                            .batch(BATCH)
                            .epochs(epochs)
                            .seed(seed)
                            .listener(learned.listener(model));
            method.change().apply(trainer).fit(draw.train());
            learned.end(model);
            return learned;
        }
    }

    @Override
    public Result run(Context context) {
        int seeds = context.size(5, 2);
        int epochs = context.size(150, 40);
        int each = context.size(10, 2);
        LabelledDataset all = Digits.load();
        context.say(
                "64 → %d → %d → 10 units with ReLU, %d digits to train on, %d epochs, Adam; %d seeds,"
                        + " which draw other digits too.%nearly stop watches %d more digits; test:"
                        + " %d others%n",
                HIDDEN,
                HIDDEN,
                10 * each,
                epochs,
                seeds,
                context.size(200, 50),
                context.size(600, 100));
        context.say(
                "%-12s %10s %10s %18s %10s %7s %12s %8s",
                "", "training", "test", "from - to", "test loss", "better", "|w| < 0.001", "norm");
        Map<String, List<Learned>> byMethod = new LinkedHashMap<>();
        for (int m = 0; m < methods(all).size(); m++) {
            List<Learned> runs = new ArrayList<>();
            for (int s = 0; s < seeds; s++) {
                long seed = context.seed() + s;
                Draw draw = Draw.of(all, each, context.size(200, 50), context.size(600, 100), seed);
                Method method = methods(draw.watched()).get(m);
                runs.add(train(context, method, draw, epochs, seed));
            }
            byMethod.put(runs.get(0).name(), runs);
            say(context, runs, Objects.requireNonNull(byMethod.get("nothing")));
        }
        context.say(
                "%nbetter: seeds whose test loss is below that of nothing. Without more, the training"
                        + " digits are known by heart%nand the loss on others rises again."
                        + "%nL1 pulls each weight towards 0 by the same force: most end there. L2's"
                        + " force shrinks with the weight.");
        return new Result(
                numbers(byMethod), Map.of("overfit", () -> new OverfitPlot(byMethod).sheet()));
    }

    private static void say(Context context, List<Learned> runs, List<Learned> plain) {
        long better =
                IntStream.range(0, runs.size())
                        .filter(i -> runs.get(i).testLoss() < plain.get(i).testLoss())
                        .count();
        double[] tested = Learned.sorted(runs, Learned::testAccuracy);
        context.say(
                "%-12s %8.1f %% %8.1f %% %6.1f %% - %5.1f %% %10.3f %4d/%d %10.1f %% %8.1f",
                runs.get(0).name(),
                100 * mean(runs, Learned::trainAccuracy),
                100 * mean(runs, Learned::testAccuracy),
                100 * tested[0],
                100 * tested[tested.length - 1],
                mean(runs, Learned::testLoss),
                better,
                runs.size(),
                100 * mean(runs, learned -> learned.share(GONE)),
                mean(runs, Learned::norm));
    }

    private static double mean(List<Learned> runs, Function<Learned, Double> of) {
        return Arrays.stream(Learned.sorted(runs, of)).average().orElse(Double.NaN);
    }

    private static Map<String, Object> numbers(Map<String, List<Learned>> byMethod) {
        Map<String, Object> numbers = new LinkedHashMap<>();
        byMethod.forEach(
                (name, runs) ->
                        numbers.put(name, runs.stream().map(run -> run.numbers(GONE)).toList()));
        return numbers;
    }
}
