package io.retrograd.layer;

import io.retrograd.bind.Binder;
import io.retrograd.operation.CudaSource;
import io.retrograd.operation.CustomFunction;
import io.retrograd.operation.Operation;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleUnaryOperator;
import java.util.function.UnaryOperator;

/**
 * A function of the user's own, with its gradient.
 *
 * <p>From the least code to the most control:
 *
 * <pre>
 *   Custom.of("square", x -> x * x, x -> 2 * x)                    each element by itself
 *   Custom.of("reverse", shape -> shape, forward, backward)        whole arrays
 *   new Custom(function)                                           a class, with parameters
 * </pre>
 *
 * <p>A gradient that is on purpose not that of the function belongs to a <em>surrogate</em>. The
 * straight-through sign function:
 *
 * <pre>
 *   Custom.of("sign", Math::signum, x -> Math.abs(x) &lt;= 1 ? 1 : 0)
 *           .surrogate(x -> Math.max(-1, Math.min(1, x)))
 *           .kinks(-1, 1)
 * </pre>
 */
public record Custom(CustomFunction function) implements Layer {
    /** Computes {@code y} from {@code x}; sets every element. */
    @FunctionalInterface
    public interface Forward {
        void compute(double[] x, double[] y);
    }

    /** Computes {@code dx} from {@code dy}; sets every element. x and y are not to be changed. */
    @FunctionalInterface
    public interface Backward {
        void compute(double[] x, double[] y, double[] dy, double[] dx);
    }

    /**
     * A function of each element: {@code y = f(x)}, {@code dx = derivative(x)·dy}.
     *
     * @param name in messages and tables
     */
    public static Custom of(String name, DoubleUnaryOperator f, DoubleUnaryOperator derivative) {
        return of(
                name,
                UnaryOperator.identity(),
                elementwise(f),
                (x, y, dy, dx) -> Arrays.setAll(dx, i -> derivative.applyAsDouble(x[i]) * dy[i]));
    }

    /**
     * A function of the whole input, row-major.
     *
     * @param name in messages and tables
     * @param outputShape the shape of y for a shape of x
     */
    public static Custom of(
            String name, UnaryOperator<Shape> outputShape, Forward forward, Backward backward) {
        return new Custom(new ArrayFunction(name, outputShape, forward, backward));
    }

    /** The same, its gradient declared to be that of {@code f} of each element. */
    public Custom surrogate(DoubleUnaryOperator f) {
        return surrogate(elementwise(f));
    }

    /** The same, its gradient declared to be that of {@code forward}. */
    public Custom surrogate(Forward forward) {
        return new Custom(
                new DeclaredFunction(
                        function,
                        Optional.of((x, parameters, y) -> forward.compute(x, y)),
                        List.of(),
                        function.cuda()));
    }

    /**
     * The same, the function (or its surrogate) declared not to be smooth where an element of x is
     * one of these; gradient checks keep away from there.
     */
    public Custom kinks(double... at) {
        return new Custom(
                new DeclaredFunction(
                        function,
                        function.surrogate(),
                        Arrays.stream(at).boxed().toList(),
                        function.cuda()));
    }

    /**
     * The same, computed by these kernels on an NVIDIA GPU. On other devices, and where gradients
     * are checked, the functions in Java are what counts.
     */
    public Custom cuda(CudaSource source) {
        return new Custom(
                new DeclaredFunction(
                        function, function.surrogate(), List.of(), Optional.of(source)));
    }

    @Override
    public Shape outputShape(Shape input) {
        return function.outputShape(input);
    }

    @Override
    public Tensor bind(Binder binder, Tensor x) {
        List<Tensor> parameters = new ArrayList<>();
        for (CustomFunction.Parameter p : function.parameters(x.shape())) {
            parameters.add(binder.parameter(p.name(), p.shape(), p.initializer()));
        }
        boolean surrogate = binder.options().surrogates() && function.surrogate().isPresent();
        return binder.record(to -> new Operation.Custom(function, surrogate, x, parameters, to))
                .y();
    }

    @Override
    public String kind() {
        return function.name();
    }

    @Override
    public String toString() {
        return "Custom(" + kind() + ")";
    }

    private static Forward elementwise(DoubleUnaryOperator f) {
        return (x, y) -> Arrays.setAll(y, i -> f.applyAsDouble(x[i]));
    }
}
