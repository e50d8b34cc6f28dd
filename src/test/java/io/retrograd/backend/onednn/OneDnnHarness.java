package io.retrograd.backend.onednn;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.backend.BindOptions;
import io.retrograd.backend.Binding;
import io.retrograd.backend.Memory;
import io.retrograd.layer.Layer;
import io.retrograd.loss.Loss;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Runs the same network on this backend and on the reference, with the same parameters and inputs,
 * forward and backward, twice, and compares the output, the gradients of input and parameters, and
 * running statistics. Each pass is a {@link WatchedPass}.
 *
 * <pre>{@code
 * OneDnnHarness.of(new Sequential(new Conv2d(8, 3), new MaxPool2d(2)), Shape.of(3, 2, 7, 13))
 *         .integers().exact().check();
 * }</pre>
 *
 * <p>By default it trains, all have gradients, values are uniform in (-1, 1), and results may
 * differ by the rounding of a sum over as many elements as the largest tensor has.
 */
final class OneDnnHarness {
    private static final int THREADS = 2;
    private static final int GUARD = 4 * Memory.ALIGNMENT;
    private static final int ROUNDS = 2;
    private static final int LARGEST_INTEGER = 3;

    /** Roundings of a sum of n terms, in units of eps·√n; the worst seen is about 1. */
    private static final double ROUNDINGS = 8;

    private final Layer layer;
    private final Shape shape;
    private final Map<String, double[]> parameters = new TreeMap<>();
    private Precision precision = Precision.FLOAT32;
    private Choices choices =
            new FixedChoices(Planner.Style.CHANNELS_LAST, /* way= */ 0, /* weight= */ 0);
    private BindOptions options = new BindOptions(true, true, true, false, false, Long.MAX_VALUE);
    private long seed = 1;
    private boolean integers;
    private boolean exact;
    private long reduction;
    private double @Nullable [] input;
    private @Nullable Loss loss;
    private double[] target = {};
    private List<String> kinds = List.of();

    private OneDnnHarness(Layer layer, Shape shape) {
        this.layer = layer;
        this.shape = shape;
    }

    /** A comparison of a layer or network at inputs of this shape. */
    static OneDnnHarness of(Layer layer, Shape shape) {
        return new OneDnnHarness(layer, shape);
    }

    /** With a loss behind the network. */
    OneDnnHarness loss(Loss value, double... targetValues) {
        loss = value;
        target = targetValues;
        return this;
    }

    /** At inference, with gradients. */
    OneDnnHarness inference() {
        options = options(/* training= */ false, options.inputGradient(), options.keepAll());
        return this;
    }

    /** At inference, without any gradients. */
    OneDnnHarness withoutGradients() {
        options = BindOptions.infer();
        return this;
    }

    /** Without gradient of the input. */
    OneDnnHarness withoutInputGradient() {
        options = options(options.training(), /* inputGradient= */ false, options.keepAll());
        return this;
    }

    /** With memory of its own for each tensor, and so without joining operations. */
    OneDnnHarness keepAll() {
        options = options(options.training(), options.inputGradient(), /* keepAll= */ true);
        return this;
    }

    /** With what these choose. */
    OneDnnHarness choices(Choices value) {
        choices = value;
        return this;
    }

    /** With these layouts, and of several ways that of this number. */
    OneDnnHarness plan(Planner.Style style, int way, int weight) {
        return choices(new FixedChoices(style, way, weight));
    }

    /** Compares with each style, each way of a weighted operation, and several weight layouts. */
    void checkPlans() {
        for (Planner.Style style : Planner.Style.values()) {
            for (int way = 0; way < WeightedOp.Way.values().length; way++) {
                plan(style, way, /* weight= */ way).check();
            }
        }
    }

    OneDnnHarness precision(Precision value) {
        precision = value;
        return this;
    }

    OneDnnHarness seed(long value) {
        seed = value;
        return this;
    }

    /** At these inputs. */
    OneDnnHarness input(double... values) {
        input = values;
        return this;
    }

    /** With these values of a parameter or running statistic. */
    OneDnnHarness parameter(String name, double... values) {
        parameters.put(name, values);
        return this;
    }

    /** With small integers as inputs, parameters and output gradients. */
    OneDnnHarness integers() {
        integers = true;
        return this;
    }

    /** Without any tolerance. */
    OneDnnHarness exact() {
        exact = true;
        return this;
    }

    /** Expects these kinds of operations, joined ones as in {@code convolution+relu}. */
    OneDnnHarness computes(String... expectedKinds) {
        kinds = List.of(expectedKinds);
        return this;
    }

    /** With a tolerance for sums over so many elements. */
    OneDnnHarness reduction(long elements) {
        reduction = elements;
        return this;
    }

    private BindOptions options(boolean training, boolean inputGradient, boolean keepAll) {
        return new BindOptions(
                training, options.gradients(), inputGradient, keepAll, false, Long.MAX_VALUE);
    }

    /**
     * Compares.
     *
     * @throws AssertionError if anything differs, is not written, or is written behind its end
     */
    void check() {
        Engine engine = new Engine(precision, THREADS, /* deterministic= */ false);
        try (Backend reference = Backends.open("reference", "float64", 1);
                Backend own = new OneDnnBackend(engine, choices, GUARD);
                Side expected = new Side(reference, layer, shape, loss, options);
                Side actual = new Side(own, layer, shape, loss, options)) {
            checkKinds(actual);
            Random random = new Random(seed);
            expected.parameters().named().values().forEach(p -> set(random, p, actual));
            for (int round = 0; round < ROUNDS; round++) {
                step(random, expected, actual);
                compare(expected, actual);
            }
        } finally {
            engine.close();
        }
    }

    private void checkKinds(Side actual) {
        List<String> computed = actual.binding().nodes().stream().map(Binding.Node::kind).toList();
        if (!kinds.isEmpty() && !computed.equals(kinds)) {
            throw new AssertionError(
                    String.format("%s: expected operations %s, got %s", layer, kinds, computed));
        }
    }

    private void set(Random random, Tensor parameter, Side actual) {
        double[] values = parameters.get(parameter.name());
        if (values == null) {
            values = values(random, parameter.shape());
            for (int i = 0; parameter.grad() == null && i < values.length; i++) {
                values[i] = Math.abs(values[i]) + 0.5;
            }
        }
        parameter.copyFrom(values);
        actual.parameters().get(parameter.name()).copyFrom(values);
    }

    private double[] values(Random random, Shape of) {
        double[] values = new double[Math.toIntExact(of.size())];
        for (int i = 0; i < values.length; i++) {
            values[i] =
                    integers
                            ? random.nextInt(2 * LARGEST_INTEGER + 1) - LARGEST_INTEGER
                            : 2 * random.nextFloat() - 1;
        }
        return values;
    }

    private void step(Random random, Side expected, Side actual) {
        double[] x = input == null ? values(random, shape) : input;
        double[] dy = loss == null ? values(random, expected.y().shape()) : new double[] {1};
        expected.set(x, target);
        actual.set(x, target);
        expected.binding().forward();
        WatchedPass.forward(actual.binding().nodes(), GUARD);
        if (expected.y().grad() != null) {
            expected.y().requireGrad().copyFrom(dy);
            actual.y().requireGrad().copyFrom(dy);
            expected.binding().backward();
            WatchedPass.backward(actual.binding().nodes(), GUARD);
        }
    }

    private void compare(Side expected, Side actual) {
        Map<String, double[]> results = actual.results();
        double relative = ROUNDINGS * epsilon() * Math.sqrt((double) reduction(expected));
        expected.results()
                .forEach(
                        (name, values) ->
                                compare(
                                        name,
                                        values,
                                        results.get(name),
                                        exact ? 0 : relative * scale(name, values)));
    }

    private void compare(String name, double[] expected, double[] actual, double tolerance) {
        for (int i = 0; i < expected.length; i++) {
            boolean same = Double.compare(actual[i] + 0.0, expected[i] + 0.0) == 0;
            if (!same && !(Math.abs(actual[i] - expected[i]) <= tolerance)) {
                throw new AssertionError(
                        String.format(
                                "%s of %s%s: expected element %d to be %.9g within %.1e, got %.9g",
                                name, layer, shape, i, expected[i], tolerance, actual[i]));
            }
        }
    }

    private double epsilon() {
        return precision == Precision.FLOAT32 ? 0x1p-23 : 0x1p-8;
    }

    /** What the test says, or the size of the largest tensor. */
    private long reduction(Side side) {
        LongStream parameterSizes =
                side.parameters().tensors().stream().mapToLong(p -> p.shape().size());
        long activations = Math.max(shape.size(), side.y().shape().size());
        return reduction > 0 ? reduction : Math.max(activations, parameterSizes.max().orElse(0));
    }

    /**
     * The largest element; for a parameter's gradient at least 1 as for what it is a sum of, which
     * may cancel.
     */
    private static double scale(String name, double[] values) {
        double finite =
                Arrays.stream(values).map(Math::abs).filter(Double::isFinite).max().orElse(0);
        return name.endsWith(".grad") && !name.startsWith("input") ? Math.max(finite, 1) : finite;
    }
}
