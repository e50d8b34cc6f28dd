package io.retrograd.layer;

import io.retrograd.bind.Binder;
import io.retrograd.operation.Arrangements;
import io.retrograd.operation.Initializer;
import io.retrograd.operation.Products;
import io.retrograd.operation.Samplings;
import io.retrograd.tensor.Checks;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.List;

/**
 * Self-attention with several heads: x, y (N, T, E).
 *
 * <pre>
 *   in_proj_weight (3·E, E)    in_proj_bias (3·E)    out_proj.weight (E, E)    out_proj.bias (E)
 *
 *   [q, k, v] = x·in_proj_weightᵀ + in_proj_bias, each (N, T, heads, E/heads)
 *   y = attention(q, k, v) of each head side by side, ·out_proj.weightᵀ + out_proj.bias
 * </pre>
 *
 * Names, sizes and first values are those of PyTorch's {@code MultiheadAttention} with {@code
 * batch_first}. Within {@link Padded}, keys that are padding are not seen.
 *
 * <p>Source: A. Vaswani et al., Attention is all you need, NeurIPS 2017.
 *
 * @param heads at least 1, divides E
 * @param attention of each head
 */
public record MultiheadAttention(int heads, Attention attention) implements Layer {
    private static final String NAME = "MultiheadAttention";
    private static final int PARTS = 3;

    public MultiheadAttention {
        Checks.atLeast(NAME, "heads", 1, heads);
    }

    /** Of all steps, without dropout. */
    public MultiheadAttention(int heads) {
        this(heads, new Attention());
    }

    /** The same where a step sees those up to itself only, or all. */
    public MultiheadAttention causal(boolean value) {
        return new MultiheadAttention(heads, attention.causal(value));
    }

    /** The same with this share of the attention's weights dropped in training. */
    public MultiheadAttention dropout(double p) {
        return new MultiheadAttention(heads, attention.dropout(p));
    }

    @Override
    public Shape outputShape(Shape input) {
        if (input.rank() != 3 || input.dim(2) % heads != 0) {
            throw new IllegalArgumentException(
                    String.format(
                            "%s: expected input (N, T, E) whose E %d heads divide, got %s",
                            NAME, heads, input));
        }
        return input;
    }

    @Override
    public Tensor bind(Binder binder, Tensor x) {
        outputShape(x.shape());
        int batch = x.shape().dim(0);
        int steps = x.shape().dim(1);
        int size = x.shape().dim(2);
        Shape weight = Shape.of(PARTS * size, size);
        Tensor w = binder.parameter("in_proj_weight", weight, Initializer.xavierUniform());
        Tensor b =
                binder.parameter("in_proj_bias", Shape.of(PARTS * size), Initializer.constant(0));
        Tensor all = binder.record(to -> new Products.Linear(x, w, b, to)).y();
        Shape apart = Shape.of(batch, steps, PARTS * heads, size / heads);
        Tensor split = binder.record(to -> new Arrangements.Reshape(NAME, apart, all, to)).y();
        List<Integer> order = List.of(0, 2, 1, 3);
        Tensor moved = binder.record(to -> new Arrangements.Permute(NAME, order, split, to)).y();
        List<Tensor> parts = binder.record(to -> Arrangements.Fork.of(moved, PARTS, to)).branches();
        Tensor y =
                attention.bind(
                        binder,
                        part(binder, parts, 0),
                        part(binder, parts, 1),
                        part(binder, parts, 2),
                        binder.lengths(steps));
        return joined(binder, NAME, y);
    }

    /** The heads' queries, keys or values (N, heads, T, E/heads). */
    private Tensor part(Binder binder, List<Tensor> parts, int i) {
        return binder.record(to -> new Samplings.Narrow(1, i * heads, heads, parts.get(i), to)).y();
    }

    /** What heads (N, H, T, D) give, side by side and through {@code out_proj}. */
    static Tensor joined(Binder binder, String name, Tensor y) {
        Shape heads = y.shape();
        int size = heads.dim(1) * heads.dim(3);
        List<Integer> order = List.of(0, 2, 1, 3);
        Shape flat = Shape.of(heads.dim(0), heads.dim(2), size);
        Tensor moved = binder.record(to -> new Arrangements.Permute(name, order, y, to)).y();
        Tensor rows = binder.record(to -> new Arrangements.Reshape(name, flat, moved, to)).y();
        Shape weight = Shape.of(size, size);
        Tensor w = binder.parameter("out_proj.weight", weight, Initializer.defaultWeight());
        Tensor b = binder.parameter("out_proj.bias", Shape.of(size), Initializer.constant(0));
        return binder.record(to -> new Products.Linear(rows, w, b, to)).y();
    }
}
