package io.retrograd.layer;

import io.retrograd.bind.Binder;
import io.retrograd.operation.Arrangements;
import io.retrograd.tensor.Checks;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** The sum or the mean over dimensions, which y lacks. */
public sealed interface OverDimensions extends Layer permits Mean, Sum {
    /** The dimensions, 1 or more; negative ones count from the end. */
    List<Integer> dims();

    /** Whether the sum is divided by the number of its terms. */
    boolean mean();

    @Override
    default Shape outputShape(Shape input) {
        if (dims().isEmpty()) {
            throw new IllegalArgumentException(kind() + ": expected dimensions, got none");
        }
        List<Integer> reduced =
                dims().stream().map(dim -> Checks.dimension(kind(), dim, input)).toList();
        List<Integer> rest = new ArrayList<>();
        for (int i = 0; i < input.rank(); i++) {
            if (!reduced.contains(i)) {
                rest.add(input.dim(i));
            }
        }
        return Shape.of(rest);
    }

    @Override
    default Tensor bind(Binder binder, Tensor x) {
        Shape shape = outputShape(x.shape());
        Tensor kept = binder.record(to -> new Arrangements.Reduce(mean(), dims(), x, to)).y();
        return binder.record(to -> new Arrangements.Reshape(kind(), shape, kept, to)).y();
    }
}
