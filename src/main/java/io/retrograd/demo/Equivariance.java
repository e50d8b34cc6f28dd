package io.retrograd.demo;

import io.retrograd.data.Digits;
import io.retrograd.data.RandomShift;
import io.retrograd.layer.Conv2d;
import io.retrograd.layer.Flatten;
import io.retrograd.layer.GlobalAvgPool2d;
import io.retrograd.layer.Layer;
import io.retrograd.layer.Linear;
import io.retrograd.layer.MaxPool2d;
import io.retrograd.layer.Relu;
import io.retrograd.layer.Sequential;
import io.retrograd.loss.CrossEntropy;
import io.retrograd.optim.Adam;
import io.retrograd.tensor.Philox;
import io.retrograd.tensor.Shape;
import io.retrograd.train.ArrayDataset;
import io.retrograd.train.LabelledDataset;
import io.retrograd.train.Model;
import io.retrograd.train.Trainer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Digits that are shifted after a training on centred ones: what a perceptron has learnt of one
 * place it does not know of another, a convolution does, and pooling forgets the place.
 *
 * <p>Sources: K. Fukushima, Neocognitron, 1980; Y. LeCun et al., Gradient-based learning applied to
 * document recognition, 1998; R. Zhang, Making convolutional networks shift-invariant again, ICML
 * 2019.
 */
final class Equivariance implements Demo {
    /** Pixels by which the largest shift moves a digit: none leaves the canvas. */
    static final int MOST = 4;

    private static final int SIDE = 8 + 2 * MOST;
    private static final Shape CANVAS = Shape.of(1, SIDE, SIDE);
    private static final int CHANNELS = 16;
    private static final int BATCH = 32;
    private static final double RATE = 3e-3;
    private static final long STREAM = 0x4551_5549L;

    @Override
    public String name() {
        return "equivariance";
    }

    @Override
    public String line() {
        return "shifted digits: a perceptron, and networks of convolutions with and without pooling";
    }

    @Override
    public int seconds() {
        return 21;
    }

    @Override
    public String device() {
        return "auto";
    }

    /** Sees each pixel as another input: nothing says that neighbours belong together. */
    static Sequential perceptron() {
        return new Sequential(new Flatten(), new Linear(64), new Relu(), new Linear(10));
    }

    /**
     * Two convolutions find the same features everywhere; {@code head} says what it makes of them.
     */
    static Sequential convolutions(Layer... head) {
        List<Layer> layers = new ArrayList<>();
        layers.add(new Conv2d(CHANNELS, 3).padding(1));
        layers.add(new Relu());
        layers.add(new Conv2d(CHANNELS, 3).padding(1));
        layers.add(new Relu());
        layers.addAll(List.of(head));
        layers.add(new Linear(10));
        return new Sequential(layers);
    }

    /** Where a feature is counts: each place has weights of its own. */
    static Sequential flat() {
        return convolutions(new Flatten());
    }

    /** The largest in each square of 4 by 4 pixels: a shift within it changes little. */
    static Sequential pooled() {
        return convolutions(new MaxPool2d(4), new Flatten());
    }

    /** The mean over all places: where a feature is does not count at all. */
    static Sequential global() {
        return convolutions(
                new Conv2d(2 * CHANNELS, 3).padding(1), new Relu(), new GlobalAvgPool2d());
    }

    static Map<String, Layer> compared() {
        Map<String, Layer> networks = new LinkedHashMap<>();
        networks.put("perceptron", perceptron());
        networks.put("CNN", flat());
        networks.put("CNN, max pooling", pooled());
        networks.put("CNN, global mean", global());
        return networks;
    }

    @Override
    public Map<String, Checked> networks() {
        Map<String, Checked> networks = new LinkedHashMap<>();
        compared()
                .forEach(
                        (name, network) ->
                                networks.put(
                                        name,
                                        new Checked(
                                                network,
                                                Shape.of(3, 1, 8, 8),
                                                new CrossEntropy())));
        return networks;
    }

    /**
     * A trained network.
     *
     * @param accuracies on test digits by the size of their shift
     */
    record Run(String name, boolean shifted, long parameters, List<Double> accuracies) {}

    /** A digit in the middle of an empty canvas, moved. */
    static double[] place(double[] digit, int down, int right) {
        double[] canvas = new double[SIDE * SIDE];
        for (int y = 0; y < 8; y++) {
            int row = MOST + down + y;
            System.arraycopy(digit, 8 * y, canvas, row * SIDE + MOST + right, 8);
        }
        return canvas;
    }

    private static ArrayDataset placed(LabelledDataset digits, int[] which, int down, int right) {
        double[][] samples = new double[which.length][];
        double[] digit = new double[64];
        for (int i = 0; i < which.length; i++) {
            digits.sample(which[i], digit, 0);
            samples[i] = place(digit, down, right);
        }
        int[] labels = IntStream.of(which).map(digits::label).toArray();
        return ArrayDataset.of(samples, labels, CANVAS, 10);
    }

    /** The mean accuracy at shifts by this many pixels in each of 8 directions. */
    private static double accuracy(Model model, LabelledDataset digits, int[] test, int shift) {
        double sum = 0;
        int count = 0;
        for (int down = -shift; down <= shift; down += Math.max(1, shift)) {
            for (int right = -shift; right <= shift; right += Math.max(1, shift)) {
                if (shift == 0 || down != 0 || right != 0) {
                    DigitBatch batch = DigitBatch.of(placed(digits, test, down, right));
                    sum += batch.accuracy(model.predict(batch.pixels()));
                    count++;
                }
            }
        }
        return sum / count;
    }

    private static Run train(
            Context context,
            String name,
            Layer network,
            boolean shifted,
            LabelledDataset digits,
            int[] order) {
        int[] train = Arrays.copyOf(order, context.size(1000, 40));
        int[] test = Arrays.copyOfRange(order, train.length, train.length + context.size(400, 20));
        try (Model model = Model.create(network, CANVAS, context.backend(), context.seed())) {
            Trainer trainer =
                    new Trainer(model, new CrossEntropy(), new Adam(RATE))
                            .batch(BATCH)
                            .epochs(context.size(50, 1))
                            .seed(context.seed());
            Trainer augmented = shifted ? trainer.augment(new RandomShift(MOST)) : trainer;
            augmented.fit(placed(digits, train, 0, 0));
            List<Double> accuracies =
                    IntStream.rangeClosed(0, MOST)
                            .mapToObj(shift -> accuracy(model, digits, test, shift))
                            .toList();
            long parameters =
                    model.parameters().tensors().stream().mapToLong(w -> w.shape().size()).sum();
            return new Run(name, shifted, parameters, accuracies);
        }
    }

    @Override
    public Result run(Context context) {
        Commutation commutation = Commutation.measure(context.backend(), context.seed());
        context.say("Does a convolution commute with a shift by a pixel? Noise, 3 x 3 kernels:");
        context.say(
                "  around the edges (circular padding)   largest difference %.1e",
                commutation.circular().largest());
        context.say(
                "  zeros beyond the edges                largest difference %.1e; farther than a"
                        + " pixel from them %.1e",
                commutation.zero().largest(), commutation.zeroInside());
        context.say(
                "  circular, then max pooling 2 x 2      largest difference %.1e at a shift by 1,"
                        + " %.1e at one by 2%n",
                commutation.pooledByOne().largest(), commutation.pooledByTwo());
        context.say(
                "Digits on a canvas of %d x %d pixels, centred in training; accuracy on others that"
                        + " are shifted:%n",
                SIDE, SIDE);
        context.say(
                "%-18s %-10s %10s %9s %8s %8s %8s %8s",
                "network", "training", "parameters", "0 pixels", "1", "2", "3", "4");
        LabelledDataset digits = Digits.load();
        int[] order = IntStream.range(0, digits.size()).toArray();
        Philox.shuffle(order, context.seed(), STREAM);
        List<Run> runs = new ArrayList<>();
        for (boolean shifted : new boolean[] {false, true}) {
            for (Map.Entry<String, Layer> network : compared().entrySet()) {
                Run run =
                        train(
                                context,
                                network.getKey(),
                                network.getValue(),
                                shifted,
                                digits,
                                order);
                runs.add(run);
                List<Double> a = run.accuracies();
                context.say(
                        "%-18s %-10s %10d %7.1f %% %6.1f %% %6.1f %% %6.1f %% %6.1f %%",
                        run.name(),
                        shifted ? "shifted" : "centred",
                        run.parameters(),
                        100 * a.get(0),
                        100 * a.get(1),
                        100 * a.get(2),
                        100 * a.get(3),
                        100 * a.get(4));
            }
        }
        context.say(
                "%nA convolution finds a shifted digit's features at shifted places. What reads"
                        + " them place by place must learn%neach shift; a mean over all places has"
                        + " nothing to learn, except where the edges differ.");
        Map<String, Object> numbers = new LinkedHashMap<>();
        numbers.put("commutation", commutation.numbers());
        numbers.put("runs", runs);
        return new Result(
                numbers,
                Map.of("equivariance", () -> new EquivariancePlot(commutation, runs).sheet()));
    }
}
