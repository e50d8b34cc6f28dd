package io.retrograd.layer;

import io.retrograd.bind.Binder;
import io.retrograd.operation.Elementwise;
import io.retrograd.operation.Initializer;
import io.retrograd.tensor.Checks;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;

/**
 * Rectified linear unit with a trained slope, {@code y = x for x > 0, else w·x}.
 *
 * <pre>
 *   x, y (N, C, ...)    weight (C), or (1)
 * </pre>
 *
 * Source: K. He et al., Delving deep into rectifiers, ICCV 2015.
 *
 * @param perChannel whether each channel has a slope of its own
 * @param init first value of the slopes
 */
public record Prelu(boolean perChannel, double init) implements Layer {
    public Prelu {
        Checks.finite("Prelu", "init", init);
    }

    /** With one slope for all channels, first 0.25. */
    public Prelu() {
        this(/* perChannel= */ false, 0.25);
    }

    /** The same with one slope a channel, or one for all. */
    public Prelu perChannel(boolean each) {
        return new Prelu(each, init);
    }

    /** The same with another first value. */
    public Prelu init(double value) {
        return new Prelu(perChannel, value);
    }

    @Override
    public Shape outputShape(Shape input) {
        slopes(input);
        return input;
    }

    @Override
    public Tensor bind(Binder binder, Tensor x) {
        Shape slopes = Shape.of(slopes(x.shape()));
        Tensor w = binder.parameter("weight", slopes, Initializer.constant(init));
        return binder.record(to -> new Elementwise.Prelu(x, w, to)).y();
    }

    private int slopes(Shape input) {
        return Elementwise.Prelu.slopes(input, perChannel);
    }
}
