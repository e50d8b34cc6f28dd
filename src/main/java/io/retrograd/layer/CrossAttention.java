package io.retrograd.layer;

import io.retrograd.bind.Binder;
import io.retrograd.operation.Arrangements;
import io.retrograd.operation.Initializer;
import io.retrograd.operation.Products;
import io.retrograd.tensor.Checks;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.List;

/**
 * Attention of one sequence to another with several heads, as a node of a {@link Graph} that reads
 * both: x (N, T, E), memory (N, S, M), y (N, T, E).
 *
 * <pre>
 *   q_proj.weight (E, E)    k_proj.weight (E, M)    v_proj.weight (E, M)    out_proj.weight (E, E)
 *   biases (E)
 *
 *   q = x·q_proj.weightᵀ + q_proj.bias, k and v likewise of the memory, each in heads of E/heads
 *   y = attention(q, k, v) of each head side by side, ·out_proj.weightᵀ + out_proj.bias
 * </pre>
 *
 * This is PyTorch's {@code MultiheadAttention} with {@code batch_first} and key and value size M,
 * whose {@code in_proj_bias} is the three biases one behind the other. Within {@link Padded}, steps
 * of the memory that are padding are not seen.
 *
 * <p>Source: A. Vaswani et al., Attention is all you need, NeurIPS 2017.
 *
 * @param heads at least 1, divides E
 * @param attention of each head
 */
public record CrossAttention(int heads, Attention attention) implements Join {
    private static final String NAME = "CrossAttention";

    public CrossAttention {
        Checks.atLeast(NAME, "heads", 1, heads);
    }

    /** Of all steps, without dropout. */
    public CrossAttention(int heads) {
        this(heads, new Attention());
    }

    /** The same with this share of the attention's weights dropped in training. */
    public CrossAttention dropout(double p) {
        return new CrossAttention(heads, attention.dropout(p));
    }

    @Override
    public Shape joinedShape(List<Shape> inputs) {
        boolean fits =
                inputs.size() == 2
                        && inputs.get(0).rank() == 3
                        && inputs.get(1).rank() == 3
                        && inputs.get(0).dim(0) == inputs.get(1).dim(0)
                        && inputs.get(0).dim(2) % heads == 0;
        if (!fits) {
            throw new IllegalArgumentException(
                    String.format(
                            "%s: expected x (N, T, E) whose E %d heads divide, and memory (N, S,"
                                    + " M), got %s",
                            NAME, heads, inputs));
        }
        return inputs.get(0);
    }

    @Override
    public Tensor join(Binder binder, List<Tensor> inputs) {
        Shape shape = joinedShape(inputs.stream().map(Tensor::shape).toList());
        int size = shape.dim(2);
        List<Tensor> memory =
                binder.record(to -> Arrangements.Fork.of(inputs.get(1), 2, to)).branches();
        Tensor y =
                attention.bind(
                        binder,
                        projected(binder, "q_proj", size, inputs.get(0)),
                        projected(binder, "k_proj", size, memory.get(0)),
                        projected(binder, "v_proj", size, memory.get(1)),
                        binder.lengths(memory.get(0).shape().dim(1)));
        return MultiheadAttention.joined(binder, NAME, y);
    }

    /** A linear map of x, in heads (N, heads, T, E/heads). */
    private Tensor projected(Binder binder, String name, int size, Tensor x) {
        Shape weight = Shape.of(size, x.shape().dim(2));
        Tensor w = binder.parameter(name + ".weight", weight, Initializer.xavierUniform());
        Tensor b = binder.parameter(name + ".bias", Shape.of(size), Initializer.constant(0));
        Tensor all = binder.record(to -> new Products.Linear(x, w, b, to)).y();
        Shape apart = Shape.of(x.shape().dim(0), x.shape().dim(1), heads, size / heads);
        Tensor split = binder.record(to -> new Arrangements.Reshape(NAME, apart, all, to)).y();
        List<Integer> order = List.of(0, 2, 1, 3);
        return binder.record(to -> new Arrangements.Permute(NAME, order, split, to)).y();
    }
}
