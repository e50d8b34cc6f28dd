package io.retrograd.layer;

import io.retrograd.bind.Binder;
import io.retrograd.operation.Arrangements;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/**
 * Dimensions in another order.
 *
 * @param dims for each dimension of y that of x, the batch's included; negative ones count from the
 *     end
 */
public record Permute(List<Integer> dims) implements Layer {
    public Permute {
        dims = List.copyOf(dims);
    }

    public Permute(int... dims) {
        this(Arrays.stream(dims).boxed().toList());
    }

    @Override
    public Shape outputShape(Shape input) {
        return Arrangements.Permute.outputShape(kind(), input, dims);
    }

    @Override
    public Tensor bind(Binder binder, Tensor x) {
        return binder.record(to -> new Arrangements.Permute(kind(), dims, x, to)).y();
    }
}
