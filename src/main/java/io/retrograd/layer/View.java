package io.retrograd.layer;

import io.retrograd.bind.Binder;
import io.retrograd.operation.Arrangements;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/**
 * The elements of x in another shape, the batch's dimension included, as {@code torch.Tensor.view}:
 * x (...), y (dims...). {@link Reshape} keeps the batch.
 *
 * @param dims the sizes of y; at most one is −1, for what is left
 */
public record View(List<Integer> dims) implements Layer {
    private static final int REST = -1;

    public View {
        dims = List.copyOf(dims);
        boolean known = dims.stream().allMatch(dim -> dim >= 1 || dim == REST);
        if (!known || dims.stream().filter(dim -> dim == REST).count() > 1) {
            throw new IllegalArgumentException(
                    "View: expected sizes of at least 1, and at most one -1, got " + dims);
        }
    }

    public View(int... dims) {
        this(Arrays.stream(dims).boxed().toList());
    }

    @Override
    public Shape outputShape(Shape input) {
        int rest = dims.indexOf(REST);
        long known = Shape.of(dims.stream().map(dim -> Math.max(dim, 1)).toList()).size();
        boolean fits = rest < 0 ? input.size() == known : input.size() % known == 0;
        if (!fits) {
            throw new IllegalArgumentException(
                    String.format("View: expected as many elements as %s, got %s", dims, input));
        }
        int left = Math.toIntExact(input.size() / known);
        return Shape.of(dims.stream().map(dim -> dim == REST ? left : dim).toList());
    }

    @Override
    public Tensor bind(Binder binder, Tensor x) {
        return binder.record(to -> new Arrangements.Reshape(kind(), outputShape(x.shape()), x, to))
                .y();
    }
}
