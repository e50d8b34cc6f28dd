package io.retrograd.operation;

import io.retrograd.tensor.Philox;
import io.retrograd.tensor.Shape;
import java.util.function.Function;
import java.util.function.IntToDoubleFunction;

/**
 * First values of a parameter, a pure function of its shape, the seed and the parameter's number.
 *
 * <p>Fan-in and fan-out follow PyTorch: for a weight (K, C, spatial...) they are C and K times the
 * number of spatial positions.
 *
 * <p>Sources: K. He et al., Delving deep into rectifiers, ICCV 2015 (Kaiming); X. Glorot, Y.
 * Bengio, Understanding the difficulty of training deep feedforward networks, AISTATS 2010
 * (Xavier).
 */
@FunctionalInterface
public interface Initializer {
    /**
     * The values.
     *
     * @param shape the parameter's shape
     * @param seed the model's seed
     * @param stream the parameter's own stream of random numbers
     * @return for each index of an element, row-major, its value; called once for each, in order
     */
    IntToDoubleFunction elements(Shape shape, long seed, long stream);

    /** Every element is {@code value}. */
    static Initializer constant(double value) {
        return new NamedInitializer("constant(" + value + ")", (shape, seed, stream) -> i -> value);
    }

    /** Uniform in [−bound, bound). */
    static Initializer uniform(double bound) {
        return new NamedInitializer(
                "uniform(" + bound + ")",
                (shape, seed, stream) -> i -> bound * (2 * Philox.uniform(seed, stream, i) - 1));
    }

    /** Normal with mean 0 and this standard deviation. */
    static Initializer normal(double std) {
        return new NamedInitializer(
                "normal(" + std + ")",
                (shape, seed, stream) -> i -> std * Philox.normal(seed, stream, i));
    }

    /** Uniform with bound √(6 / fan-in): keeps the variance through layers followed by ReLU. */
    static Initializer kaimingUniform() {
        return byShape("kaimingUniform", shape -> uniform(Math.sqrt(6.0 / fanIn(shape))));
    }

    /** Normal with standard deviation √(2 / fan-in). */
    static Initializer kaimingNormal() {
        return byShape("kaimingNormal", shape -> normal(Math.sqrt(2.0 / fanIn(shape))));
    }

    /** Uniform with bound √(6 / (fan-in + fan-out)): for layers followed by tanh or softmax. */
    static Initializer xavierUniform() {
        return byShape(
                "xavierUniform", shape -> uniform(Math.sqrt(6.0 / (fanIn(shape) + fanOut(shape)))));
    }

    /** Normal with standard deviation √(2 / (fan-in + fan-out)). */
    static Initializer xavierNormal() {
        return byShape(
                "xavierNormal", shape -> normal(Math.sqrt(2.0 / (fanIn(shape) + fanOut(shape)))));
    }

    /** Uniform with bound √(1 / fan-in), PyTorch's default for linear and convolution weights. */
    static Initializer defaultWeight() {
        return byShape("defaultWeight", Initializer::defaultBias);
    }

    /** Uniform with bound √(1 / fan-in of the weight), PyTorch's default for the bias beside it. */
    static Initializer defaultBias(Shape weight) {
        return uniform(Math.sqrt(1.0 / fanIn(weight)));
    }

    /**
     * The initializer of this name, as its {@code toString} gives it: {@code kaimingUniform},
     * {@code normal(0.01)}.
     *
     * @throws IllegalArgumentException if there is none
     */
    static Initializer named(String name) {
        return switch (name) {
            case "kaimingUniform" -> kaimingUniform();
            case "kaimingNormal" -> kaimingNormal();
            case "xavierUniform" -> xavierUniform();
            case "xavierNormal" -> xavierNormal();
            case "defaultWeight" -> defaultWeight();
            default -> NamedInitializer.withNumber(name);
        };
    }

    /** The initializer that {@code of} gives for the parameter's shape. */
    private static Initializer byShape(String name, Function<Shape, Initializer> of) {
        return new NamedInitializer(
                name, (shape, seed, stream) -> of.apply(shape).elements(shape, seed, stream));
    }

    /** Elements of a weight that meet one output: its size over that of dimension 0. */
    static long fanIn(Shape weight) {
        return weight.rank() < 2 ? 1 : weight.size() / weight.dim(0);
    }

    /** Elements of a weight that meet one input: its size over that of dimension 1. */
    static long fanOut(Shape weight) {
        return weight.rank() < 2 ? 1 : weight.size() / weight.dim(1);
    }
}
