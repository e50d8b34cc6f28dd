package io.retrograd.layer;

import io.retrograd.bind.Binder;
import io.retrograd.operation.PadSpec;
import io.retrograd.operation.Samplings;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/**
 * Elements added at the ends of dimensions, as {@code torch.nn.functional.pad} adds them.
 *
 * @param spec how many, and what they are
 */
public record Pad(PadSpec spec) implements Layer {
    /**
     * Zeros.
     *
     * @param amounts how many before and behind the last dimension, then the one before it, and so
     *     on; negative numbers take elements away
     */
    public Pad(int... amounts) {
        this(new PadSpec(PadSpec.Mode.CONSTANT, 0, Arrays.stream(amounts).boxed().toList()));
    }

    /** The same with another kind of elements. */
    public Pad mode(PadSpec.Mode mode) {
        return new Pad(new PadSpec(mode, spec.value(), spec.amounts()));
    }

    /** The same with this value in the place of zero. */
    public Pad value(double value) {
        return new Pad(new PadSpec(spec.mode(), value, spec.amounts()));
    }

    /** How many are added, as in the constructor. */
    public List<Integer> amounts() {
        return spec.amounts();
    }

    @Override
    public Shape outputShape(Shape input) {
        return spec.outputShape(input);
    }

    @Override
    public Tensor bind(Binder binder, Tensor x) {
        return binder.record(to -> new Samplings.Pad(spec, x, to)).y();
    }
}
