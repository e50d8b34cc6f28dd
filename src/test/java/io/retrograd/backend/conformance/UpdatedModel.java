package io.retrograd.backend.conformance;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Parameters;
import io.retrograd.bind.BindOptions;
import io.retrograd.bind.Binder;
import io.retrograd.layer.BatchNorm;
import io.retrograd.layer.Conv2d;
import io.retrograd.layer.Layer;
import io.retrograd.layer.Sequential;
import io.retrograd.operation.Initializer;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;

/**
 * Parameters of odd sizes on one backend, for tests of updates: a network's, which lie in memory as
 * its operations like, and others that nothing reads. What they are set to is the same on every
 * backend.
 */
public final class UpdatedModel implements AutoCloseable {
    /** Shapes of a few elements; matrices are wide, tall and square. */
    public static final List<Shape> SMALL =
            List.of(Shape.of(13), Shape.of(3, 5), Shape.of(1), Shape.of(1, 1), Shape.of(7, 3));

    /** One is long enough to be cut into pieces wherever that is done, and low: Muon squares it. */
    public static final List<Shape> LARGE =
            List.of(Shape.of(7), Shape.of(61, 4349), Shape.of(1), Shape.of(1, 1), Shape.of(7, 3));

    private static final int LARGEST_INTEGER = 3;

    /** In blocks of channels neither dimension of the weight is full. */
    private static final Layer NETWORK = new Sequential(new Conv2d(20, 3), new BatchNorm());

    private static final Shape INPUT = Shape.of(2, 13, 5, 5);

    private final Side side;

    private UpdatedModel(Backend backend, Layer layer) {
        side = new Side(backend, layer, INPUT, /* loss= */ null, BindOptions.train());
        set(tensors(), /* seed= */ 0, numbers(/* scale= */ 1));
    }

    /** With a network's parameters and those of these shapes. */
    public static UpdatedModel network(Backend backend, List<Shape> shapes) {
        return new UpdatedModel(backend, new Sequential(new Unread(shapes), NETWORK));
    }

    /** With parameters of these shapes. */
    public static UpdatedModel of(Backend backend, List<Shape> shapes) {
        return new UpdatedModel(backend, new Unread(shapes));
    }

    /** The identity, with parameters. */
    private record Unread(List<Shape> shapes) implements Layer {
        @Override
        public Shape outputShape(Shape input) {
            return input;
        }

        @Override
        public Tensor bind(Binder binder, Tensor x) {
            for (int i = 0; i < shapes.size(); i++) {
                binder.parameter("p" + i, shapes.get(i), Initializer.constant(0));
            }
            return x;
        }
    }

    public Parameters parameters() {
        return side.parameters();
    }

    public List<Tensor> tensors() {
        return List.copyOf(parameters().tensors());
    }

    public List<Tensor> gradients() {
        return tensors().stream().map(Tensor::requireGrad).toList();
    }

    /** The first parameter of rank 2 or more, of more than one element. */
    Tensor weight() {
        return weight(/* single= */ false);
    }

    /** The parameter of rank 2 of a single element. */
    Tensor singleWeight() {
        return weight(/* single= */ true);
    }

    private Tensor weight(boolean single) {
        return tensors().stream()
                .filter(w -> w.shape().rank() >= 2 && (w.shape().size() == 1) == single)
                .findFirst()
                .orElseThrow();
    }

    /** Sets all gradients to random numbers of this step, every fifth to 0 in every step. */
    public void setGradients(int step, double scale) {
        setGradients(step, numbers(scale));
    }

    /** Sets all parameters to small integers. */
    void setIntegers() {
        set(tensors(), /* seed= */ 0, UpdatedModel::integer);
    }

    /** The same with small integers. */
    void setIntegerGradients(int step) {
        setGradients(step, UpdatedModel::integer);
    }

    private void setGradients(int step, ToDoubleFunction<SplittableRandom> draw) {
        set(gradients(), 100L * step, draw);
        for (Tensor gradient : gradients()) {
            double[] values = gradient.toArray();
            Arrays.setAll(values, i -> i % 5 == 0 ? 0 : values[i]);
            gradient.copyFrom(values);
        }
    }

    private static void set(
            List<Tensor> tensors, long seed, ToDoubleFunction<SplittableRandom> draw) {
        SplittableRandom random = new SplittableRandom(seed);
        for (Tensor tensor : tensors) {
            double[] values = tensor.toArray();
            Arrays.setAll(values, i -> draw.applyAsDouble(random));
            tensor.copyFrom(values);
        }
    }

    /** Float32 numbers of both signs and of size {@code scale/2} to {@code 3/2·scale}. */
    private static ToDoubleFunction<SplittableRandom> numbers(double scale) {
        return random -> {
            double size = scale * (0.5 + random.nextDouble());
            return (float) (random.nextBoolean() ? size : -size);
        };
    }

    private static double integer(SplittableRandom random) {
        return random.nextInt(-LARGEST_INTEGER, LARGEST_INTEGER + 1);
    }

    /** All elements of several tensors, one after the other. */
    public static double[] elements(List<Tensor> tensors) {
        return tensors.stream().flatMapToDouble(t -> Arrays.stream(t.toArray())).toArray();
    }

    @Override
    public void close() {
        side.close();
    }
}
