package io.retrograd.layer;

import io.retrograd.bind.Binder;
import io.retrograd.operation.Initializer;
import io.retrograd.operation.Products;
import io.retrograd.tensor.Checks;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;

/**
 * Fully connected layer, {@code y = x Wᵀ + b}.
 *
 * <pre>
 *   x (…, I)    weight (O, I)    bias (O)    y (…, O)
 *
 *   dx = dy W        dW = dyᵀ x        db = Σₙ dy[n]
 * </pre>
 *
 * W is stored (O, I), one row per output unit: the layout that cuBLAS, oneDNN and PyTorch
 * checkpoints share, so no backend has to transpose it.
 *
 * @param units O, at least 1
 * @param bias whether b is added
 * @param weightInit first values of W
 */
public record Linear(int units, boolean bias, Initializer weightInit) implements Layer {
    public Linear {
        Checks.atLeast("Linear", "units", 1, units);
    }

    /** With bias and PyTorch's first values. */
    public Linear(int units) {
        this(units, /* bias= */ true, Initializer.defaultWeight());
    }

    /** The same with or without bias. */
    public Linear bias(boolean present) {
        return new Linear(units, present, weightInit);
    }

    /** The same with other first values of W. */
    public Linear weightInit(Initializer initializer) {
        return new Linear(units, bias, initializer);
    }

    @Override
    public Shape outputShape(Shape input) {
        return Products.Linear.outputShape(input, units);
    }

    @Override
    public Tensor bind(Binder binder, Tensor x) {
        outputShape(x.shape());
        Shape weight = Shape.of(units, x.shape().dim(x.shape().rank() - 1));
        Tensor w = binder.parameter("weight", weight, weightInit);
        Tensor b =
                bias
                        ? binder.parameter("bias", Shape.of(units), Initializer.defaultBias(weight))
                        : null;
        return binder.record(to -> new Products.Linear(x, w, b, to)).y();
    }

    /** The units, and what differs from the defaults. */
    @Override
    public String toString() {
        return "Linear(" + units + (bias ? ")" : ", bias=false)");
    }
}
