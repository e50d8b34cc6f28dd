package io.retrograd.layer;

import io.retrograd.bind.Binder;
import io.retrograd.operation.Arrangements;
import io.retrograd.tensor.Checks;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/** Swaps two dimensions of x; negative ones count from the end. */
public record Transpose(int dim0, int dim1) implements Layer {
    @Override
    public Shape outputShape(Shape input) {
        return Arrangements.Permute.outputShape(kind(), input, order(input));
    }

    @Override
    public Tensor bind(Binder binder, Tensor x) {
        return binder.record(to -> new Arrangements.Permute(kind(), order(x.shape()), x, to)).y();
    }

    private List<Integer> order(Shape x) {
        List<Integer> order = new ArrayList<>(IntStream.range(0, x.rank()).boxed().toList());
        Collections.swap(
                order, Checks.dimension(kind(), dim0, x), Checks.dimension(kind(), dim1, x));
        return order;
    }
}
