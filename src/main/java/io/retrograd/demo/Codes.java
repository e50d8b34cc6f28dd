package io.retrograd.demo;

import io.retrograd.backend.Backend;
import io.retrograd.data.Digits;
import io.retrograd.layer.Layer;
import io.retrograd.layer.Sequential;
import io.retrograd.loss.BceWithLogitsLoss;
import io.retrograd.loss.MseLoss;
import io.retrograd.tensor.Shape;
import io.retrograd.train.LabelledDataset;
import io.retrograd.train.Lbfgs;
import io.retrograd.train.Model;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;

/** What the autoencoders of {@link Autoencoding} learn of digits, measured on others. */
final class Codes {
    private static final Shape PICTURE = Shape.of(1, 8, 8);

    /** The standard deviation of the noise on pixels from 0 to 1. */
    private static final double NOISE = 0.5;

    private static final double CONVOLUTIONAL_RATE = 5e-3;
    private static final double TOLERANCE = 1e-13;
    private static final String COMPONENTS = "principal components";

    private final Context context;
    private final double[][] train;
    private final double[][] test;
    private final int[] labels;
    private final Pca pca;
    private final Map<String, Plane> planes = new LinkedHashMap<>();
    private final Map<String, double[][]> sixteen = new LinkedHashMap<>();
    private final Map<String, double[][]> denoised = new LinkedHashMap<>();

    /**
     * Unseen digits in the plane of a code of two numbers.
     *
     * @param again what the codes say of the digits
     * @param neighbours the share of digits whose nearest neighbour has their class
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Plane(double[][] codes, double[][] again, double error, double neighbours) {}

    private Codes(Context context, LabelledDataset train, LabelledDataset test) {
        this.context = context;
        this.train = Dbn.rows(train);
        this.test = Dbn.rows(test);
        labels = DigitBatch.of(test).labels();
        pca = Pca.of(this.train);
    }

    static Codes learn(Context context) {
        LabelledDataset all = Digits.load();
        int tested = context.size(600, 60);
        int trained = context.size(all.size() - tested, 120);
        Overfit.Draw draw = Overfit.Draw.of(all, 0, trained, tested, context.seed());
        Codes codes = new Codes(context, draw.watched(), draw.test());
        context.say(
                "%d digits of 64 pixels from 0 to 1 to learn from, %d others to test on; errors are"
                        + " squared, a pixel,%nof these others; from the mean digit alone %.4f%n",
                trained, tested, codes.spread());
        codes.plane();
        codes.sixteen();
        codes.denoise();
        return codes;
    }

    /** The error where each digit is taken for their mean. */
    private double spread() {
        return error(test, each(test, x -> pca.decode()));
    }

    private void plane() {
        Backend backend = context.backend();
        long seed = context.seed();
        context.say("%-34s %8s %32s", "code of 2 numbers", "error", "nearest is of the same class");
        int k = Autoencoding.PLANE;
        add(COMPONENTS, each(test, x -> pca.encode(x, k)), each(test, x -> pca.reconstruct(x, k)));
        Fitted linear = linear(backend, k, context.size(400, 60), seed, train);
        add("linear autoencoder", linear, new Sequential(first(linear)));
        int epochs = context.size(40, 2);
        add(
                "stacked, from random weights",
                StackedAutoencoder.fineTune(
                        StackedAutoencoder.random(), backend, epochs, seed, train),
                StackedAutoencoder.encoder());
        Fitted layers = StackedAutoencoder.layerwise(backend, context.size(25, 2), seed, train);
        add(
                "stacked, after layer by layer",
                StackedAutoencoder.fineTune(layers, backend, epochs, seed, train),
                StackedAutoencoder.encoder());
    }

    private static Layer first(Fitted linear) {
        return ((Sequential) linear.network()).layers().get(0);
    }

    private void add(String name, Fitted network, Layer encoder) {
        Backend backend = context.backend();
        add(
                name,
                network.first(encoder, backend).predict(backend, test),
                network.predict(backend, test));
    }

    private void add(String name, double[][] codes, double[][] again) {
        Plane plane = new Plane(codes, again, error(test, again), neighbours(codes, labels));
        planes.put(name, plane);
        context.say("%-34s %8.4f %30.1f %%", name, plane.error(), 100 * plane.neighbours());
    }

    private void sixteen() {
        context.say("%ncode of %d numbers", Autoencoding.CODE);
        double[][] components = each(test, x -> pca.reconstruct(x, Autoencoding.CODE));
        add(sixteen, COMPONENTS, components);
        add(sixteen, "convolutional autoencoder", convolutional(Corrupted.Noise.NONE, test));
    }

    private void denoise() {
        Corrupted.Noise noise = Corrupted.Noise.gaussian(NOISE);
        double[][] noisy = new Corrupted(PICTURE, noise, test).noisy(context.seed());
        context.say("%nnoise of variance %.2f", NOISE * NOISE);
        add(denoised, "noisy digits", noisy);
        double[][] components = each(noisy, x -> pca.reconstruct(x, Autoencoding.CODE));
        add(denoised, Autoencoding.CODE + " " + COMPONENTS, components);
        add(denoised, "the best linear guess", each(noisy, x -> pca.denoise(x, NOISE * NOISE)));
        add(denoised, "convolutional autoencoder", convolutional(noise, noisy));
    }

    private void add(Map<String, double[][]> to, String name, double[][] again) {
        to.put(name, again);
        context.say("%-34s %8.4f", name, error(test, again));
    }

    /** What a convolutional autoencoder that has learnt from noisy digits makes of some. */
    private double[][] convolutional(Corrupted.Noise noise, double[][] digits) {
        Fitted.Course course =
                new Fitted.Course(
                        new BceWithLogitsLoss(),
                        CONVOLUTIONAL_RATE,
                        context.size(40, 1),
                        context.seed());
        double[][] logits =
                new Fitted(Autoencoding.convolutional(), PICTURE, Map.of())
                        .train(context.backend(), new Corrupted(PICTURE, noise, train), course)
                        .predict(context.backend(), digits);
        return each(
                logits, z -> Arrays.stream(z).map(logit -> 1 / (1 + Math.exp(-logit))).toArray());
    }

    /** A linear autoencoder at its least error over all samples. */
    static Fitted linear(Backend backend, int k, int iterations, long seed, double[]... samples) {
        int size = samples[0].length;
        Shape shape = Shape.of(size);
        try (Model model = Model.create(Autoencoding.linear(k, size), shape, backend, seed)) {
            new Lbfgs(model, new MseLoss())
                    .maxIterations(iterations)
                    .toleranceChange(TOLERANCE)
                    .minimize(new Corrupted(shape, Corrupted.Noise.NONE, samples));
            return Fitted.of(model);
        }
    }

    /** The mean squared difference of a number. */
    static double error(double[][] a, double[][] b) {
        double sum = 0;
        for (int n = 0; n < a.length; n++) {
            for (int i = 0; i < a[n].length; i++) {
                sum += (a[n][i] - b[n][i]) * (a[n][i] - b[n][i]);
            }
        }
        return sum / (a.length * a[0].length);
    }

    /** The share of places in the plane whose nearest other one has their label. */
    static double neighbours(double[][] codes, int... labels) {
        int right = 0;
        for (int n = 0; n < codes.length; n++) {
            int nearest = n == 0 ? 1 : 0;
            for (int m = 0; m < codes.length; m++) {
                if (m != n && distance(codes[n], codes[m]) < distance(codes[n], codes[nearest])) {
                    nearest = m;
                }
            }
            right += labels[n] == labels[nearest] ? 1 : 0;
        }
        return right / (double) codes.length;
    }

    private static double distance(double[] a, double[] b) {
        return Math.hypot(a[0] - b[0], a[1] - b[1]);
    }

    private static double[][] each(double[][] rows, UnaryOperator<double[]> function) {
        return Arrays.stream(rows).map(function).toArray(double[][]::new);
    }

    double[][] test() {
        return test;
    }

    int[] labels() {
        return labels;
    }

    Map<String, Plane> planes() {
        return planes;
    }

    /** Unseen digits after a code of 16 numbers, by method. */
    Map<String, double[][]> coded() {
        return sixteen;
    }

    /** Noisy digits, and what methods make of them. */
    Map<String, double[][]> denoised() {
        return denoised;
    }

    Map<String, Object> numbers() {
        Map<String, Object> plane = new LinkedHashMap<>();
        Map<String, Object> neighbours = new LinkedHashMap<>();
        planes.forEach(
                (name, each) -> {
                    plane.put(name, each.error());
                    neighbours.put(name, each.neighbours());
                });
        Map<String, Object> numbers = new LinkedHashMap<>();
        numbers.put("error_of_the_mean", spread());
        numbers.put("errors_with_2_numbers", plane);
        numbers.put("neighbours_of_own_class", neighbours);
        numbers.put("errors_with_16_numbers", errors(sixteen));
        numbers.put("noise_variance", NOISE * NOISE);
        numbers.put("errors_of_denoised", errors(denoised));
        return numbers;
    }

    private Map<String, Double> errors(Map<String, double[][]> digits) {
        Map<String, Double> errors = new LinkedHashMap<>();
        digits.forEach((name, rows) -> errors.put(name, error(test, rows)));
        return errors;
    }
}
