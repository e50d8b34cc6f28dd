package io.retrograd.backend.conformance;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.backend.Node;
import io.retrograd.bind.BindOptions;
import io.retrograd.layer.Layer;
import io.retrograd.layer.TokenIds;
import io.retrograd.loss.JointLoss;
import io.retrograd.operation.Operation;
import io.retrograd.optim.Optimizer;
import io.retrograd.tensor.DType;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Runs the same network on a device and on the reference, with the same parameters and inputs,
 * forward and backward, twice, and compares the output, the gradients of input and parameters, and
 * running statistics. Each pass is a {@link WatchedPass}.
 *
 * <pre>{@code
 * Comparison.of(new Sequential(new Conv2d(8, 3), new MaxPool2d(2)), Shape.of(3, 2, 7, 13))
 *         .exact().check(device);
 * }</pre>
 *
 * <p>By default values are uniform in (-1, 1), and results may differ by an {@link Allowance} for a
 * sum over as many elements as the largest tensor has.
 */
public final class Comparison {
    private static final int ROUNDS = 2;
    private static final double LEARNING_RATE = 0.1;
    private static final double EXACT_LEARNING_RATE = 0.5;
    private static final int LARGEST_INTEGER = 3;

    private final Layer layer;
    private final Shape shape;
    private final Map<String, double[]> parameters = new TreeMap<>();
    private List<Mode> modes = List.of(Mode.values());
    private boolean exact;
    private int largestInteger = LARGEST_INTEGER;
    private long seed = 1;
    private boolean unitGain;
    private @Nullable Optimizer optimizer;
    private long reduction;
    private double @Nullable [] input;
    private @Nullable JointLoss loss;
    private double[] target = {};
    private List<String> kinds = List.of();

    private Comparison(Layer layer, Shape shape) {
        this.layer = layer;
        this.shape = shape;
    }

    /** The mode in which a network is bound. */
    public enum Mode {
        TRAIN,
        /** With memory of its own for each tensor, and so without joining operations. */
        KEEP_ALL,
        WITHOUT_INPUT_GRADIENT,
        INFER_WITH_GRADIENTS,
        INFER,
        /** On a device of bfloat16 that may compute in float32, where it measures that faster. */
        WIDENED;

        public BindOptions options() {
            return switch (this) {
                case TRAIN -> BindOptions.gradients(/* training= */ true);
                case KEEP_ALL -> BindOptions.inspect(/* training= */ true);
                case WITHOUT_INPUT_GRADIENT -> BindOptions.train();
                case INFER_WITH_GRADIENTS -> BindOptions.gradients(/* training= */ false);
                case INFER -> BindOptions.infer();
                case WIDENED -> BindOptions.gradients(/* training= */ true).widens(true);
            };
        }
    }

    /** A comparison of a layer or network at inputs of this shape. */
    public static Comparison of(Layer layer, Shape shape) {
        return new Comparison(layer, shape);
    }

    /** A comparison of a layer or network at inputs of this shape. */
    static Comparison of(Layer layer, int... shape) {
        return new Comparison(layer, Shape.of(shape));
    }

    /** With a loss behind the network. */
    public Comparison loss(JointLoss value, double... targetValues) {
        loss = value;
        target = targetValues;
        return this;
    }

    /** In these modes only. */
    public Comparison in(Mode... only) {
        modes = List.of(only);
        return this;
    }

    /** At these inputs. */
    public Comparison input(double... values) {
        input = values;
        return this;
    }

    /** With these values of a parameter or running statistic. */
    public Comparison parameter(String name, double... values) {
        parameters.put(name, values);
        return this;
    }

    /**
     * With small integers as inputs, parameters and output gradients, and without any tolerance:
     * products are exact on every device, and sums of them, which are rounded where they are kept.
     */
    public Comparison exact() {
        exact = true;
        return this;
    }

    /** The same with integers up to this one, for longer chains of sums. */
    public Comparison exact(int largest) {
        largestInteger = largest;
        return exact();
    }

    /** With other numbers, drawn by this seed. */
    public Comparison seed(long value) {
        seed = value;
        return this;
    }

    /**
     * With weights divided by √n, of n to an output, so that a chain of products keeps the size of
     * its numbers: where they grow, functions with bounds saturate, and low precision says nothing.
     */
    public Comparison unitGain() {
        unitGain = true;
        return this;
    }

    /** With a step of an optimizer after the last backward pass. */
    public Comparison optimizer(Optimizer value) {
        optimizer = value;
        return this;
    }

    /** Expects these kinds of operations, joined ones as in {@code convolution+relu}. */
    public Comparison computes(String... expectedKinds) {
        kinds = List.of(expectedKinds);
        return this;
    }

    /** With a tolerance for sums over this many elements. */
    public Comparison reduction(long elements) {
        reduction = elements;
        return this;
    }

    /**
     * Compares: in the first mode for each of the device's plans, in each other mode for one.
     *
     * @throws AssertionError if anything differs, is not written, or is written behind its end
     */
    public void check(Device device) {
        List<Backend> plans = device.plans();
        for (int i = 0; i < modes.size(); i++) {
            List<Backend> chosen = i == 0 ? plans : List.of(plans.get((i - 1) % plans.size()));
            check(modes.get(i), chosen, device.epsilon());
        }
    }

    /** Compares in each mode for each of these backends. */
    public void check(List<? extends Backend> backends, double epsilon) {
        modes.forEach(mode -> check(mode, backends, epsilon));
    }

    private void check(Mode mode, List<? extends Backend> backends, double epsilon) {
        if (mode == Mode.WIDENED && backends.get(0).dtype() != DType.BFLOAT16) {
            return;
        }
        List<Round> rounds = expected(mode, epsilon, Perturbation.NONE);
        Allowance allowance =
                new Allowance(epsilon, terms(rounds), moved -> results(mode, epsilon, moved));
        Set<List<String>> seen = new HashSet<>();
        for (Backend backend : backends) {
            WatchedBackend watched = new WatchedBackend(backend);
            try (Side side = new Side(watched, layer, shape, loss, mode.options())) {
                if (seen.add(side.binding().decisions())) {
                    checkKinds(side);
                    rounds.forEach(round -> round.run(watched.watched(), side, allowance));
                } else if (seen.size() == 1) {
                    return; // there is nothing to decide
                }
            }
        }
    }

    /**
     * Whether all that the reference computes, one operation after another, is a number of this
     * precision, so that no device may round it.
     */
    public boolean fits(double epsilon) {
        try (Backend reference = Backends.open("reference", "float64", 1);
                Side side = new Side(reference, layer, shape, loss, Mode.KEEP_ALL.options())) {
            expected(side, epsilon, Perturbation.NONE);
            return side.binding().nodes().stream()
                    .flatMap(node -> Stream.concat(node.reads().stream(), node.writes().stream()))
                    .flatMap(t -> t.grad() == null ? Stream.of(t) : Stream.of(t, t.grad()))
                    .allMatch(t -> DrawnNumbers.fits(t.toArray(), epsilon));
        }
    }

    /** The reference's results, round by round. */
    private List<Round> expected(Mode mode, double epsilon, Perturbation perturbation) {
        try (Backend reference = Backends.open("reference", "float64", 1);
                Side side = new Side(reference, layer, shape, loss, mode.options())) {
            return expected(side, epsilon, perturbation);
        }
    }

    private List<Round> expected(Side side, double epsilon, Perturbation perturbation) {
        List<Round> rounds = new ArrayList<>();
        Random random = new Random(seed);
        Map<String, double[]> start = new HashMap<>();
        side.parameters().named().forEach((name, p) -> start.put(name, set(random, p, epsilon)));
        for (int i = 0; i < ROUNDS; i++) {
            double[] x =
                    input == null ? inputs(random, epsilon) : DrawnNumbers.rounded(input, epsilon);
            double[] dy =
                    loss == null ? values(random, side.y().shape(), epsilon) : new double[] {1};
            side.set(x, target);
            side.parameters().setControl(learningRate(), i + 1);
            perturbation.run(side, dy, /* moveX= */ layer.tokenIds() == null);
            if (side.y().grad() != null) {
                side.update(i + 1 == ROUNDS ? optimizer : null);
            }
            Map<String, double[]> results = new LinkedHashMap<>();
            side.results().forEach((name, tensor) -> results.put(name, tensor.toArray()));
            rounds.add(new Round(i + 1, i == 0 ? start : Map.of(), x, dy, results));
        }
        return rounds;
    }

    private List<Map<String, double[]>> results(Mode mode, double epsilon, Perturbation moved) {
        return expected(mode, epsilon, moved).stream().map(round -> round.expected).toList();
    }

    private double learningRate() {
        return exact ? EXACT_LEARNING_RATE : LEARNING_RATE;
    }

    private double[] set(Random random, Tensor parameter, double epsilon) {
        double[] values = parameters.get(parameter.name());
        if (values == null) {
            values = values(random, parameter.shape(), epsilon);
            if (unitGain && parameter.shape().rank() > 1) {
                double gain = 1 / Math.sqrt((double) parameter.shape().tail(1).size());
                values = DrawnNumbers.scaled(values, gain, epsilon);
            }
            for (int i = 0; parameter.grad() == null && i < values.length; i++) {
                values[i] = Math.abs(values[i]) + 0.5;
            }
        }
        parameter.copyFrom(values);
        return values;
    }

    private double[] inputs(Random random, double epsilon) {
        TokenIds tokens = layer.tokenIds();
        return tokens == null
                ? values(random, shape, epsilon)
                : DrawnNumbers.tokens(random, shape, tokens);
    }

    private double[] values(Random random, Shape of, double epsilon) {
        return exact
                ? DrawnNumbers.integers(random, of, largestInteger)
                : DrawnNumbers.fractions(random, of, epsilon);
    }

    /**
     * The terms of the longest sum: as the test says, or as many as the largest tensor has
     * elements.
     */
    private long terms(List<Round> rounds) {
        long most = shape.size();
        for (double[] values : rounds.get(0).expected.values()) {
            most = Math.max(most, values.length);
        }
        return reduction > 0 ? reduction : most;
    }

    private void checkKinds(Side side) {
        List<String> computed = side.binding().nodes().stream().map(Node::name).toList();
        if (!kinds.isEmpty() && !computed.equals(kinds)) {
            throw new AssertionError(
                    String.format("%s: expected operations %s, got %s", layer, kinds, computed));
        }
    }

    /** One step's inputs, and what it has to give. */
    private final class Round {
        private final int step;
        private final Map<String, double[]> start;
        private final double[] x;
        private final double[] dy;
        private final Map<String, double[]> expected;

        Round(
                int step,
                Map<String, double[]> start,
                double[] x,
                double[] dy,
                Map<String, double[]> expected) {
            this.step = step;
            this.start = start;
            this.x = x;
            this.dy = dy;
            this.expected = expected;
        }

        void run(WatchedMemory memory, Side side, Allowance allowance) {
            start.forEach((name, values) -> side.parameters().get(name).copyFrom(values));
            side.set(x, target);
            side.parameters().setControl(learningRate(), step);
            try {
                WatchedPass.forward(memory, side.binding().nodes());
                if (side.y().grad() != null) {
                    side.y().requireGrad().copyFrom(dy);
                    WatchedPass.backward(memory, side.binding().nodes());
                    side.update(step == ROUNDS ? optimizer : null);
                }
                Map<String, Tensor> results = side.results();
                boolean exactly = exact && adds(side);
                expected.forEach(
                        (name, values) ->
                                new ExpectedResult(step - 1, name, exactly, allowance)
                                        .check(values, results.get(name)));
            } catch (AssertionError e) {
                String where = layer + " " + shape + ": " + e.getMessage();
                throw new AssertionError(where + "; " + side.binding().decisions(), e);
            }
        }
    }

    /** Whether results are sums of products: Winograd's, which older GPUs may choose, are not. */
    private static boolean adds(Side side) {
        return side.binding().decisions().stream()
                .noneMatch(line -> line.contains("cudnn WINOGRAD"));
    }

    /** The operations that it compares, as the reference computes them. */
    List<Operation> operations() {
        try (Backend reference = Backends.open("reference", "float64", 1);
                Side side = new Side(reference, layer, shape, loss, modes.get(0).options())) {
            return side.binding().nodes().stream().map(Node::operation).toList();
        }
    }

    @Override
    public String toString() {
        return layer + (loss == null ? "" : " " + loss) + shape;
    }
}
