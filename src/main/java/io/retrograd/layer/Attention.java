package io.retrograd.layer;

import io.retrograd.bind.Binder;
import io.retrograd.operation.Arrangements;
import io.retrograd.operation.Normalizations;
import io.retrograd.operation.Products;
import io.retrograd.operation.SequenceOperations;
import io.retrograd.tensor.Checks;
import io.retrograd.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Scaled dot-product attention: each query's mean of the values, weighed by how well their keys
 * fit.
 *
 * <pre>
 *   q (N, H, T, D)    k (N, H, S, D)    v (N, H, S, E)    y (N, H, T, E)
 *
 *   y = dropout(softmax(mask(q·kᵀ / √D)))·v        softmax over S
 * </pre>
 *
 * Source: A. Vaswani et al., Attention is all you need, NeurIPS 2017.
 *
 * @param causal whether query t sees the keys up to t only
 * @param dropout the probability with which a weight is dropped in training, in [0, 1)
 */
public record Attention(boolean causal, double dropout) {
    public Attention {
        Checks.fraction("Attention", "dropout", dropout);
    }

    /** Of all keys, without dropout. */
    public Attention() {
        this(/* causal= */ false, /* dropout= */ 0);
    }

    /** The same where query t sees the keys up to t only, or all. */
    public Attention causal(boolean value) {
        return new Attention(value, dropout);
    }

    /** The same with weights dropped. */
    public Attention dropout(double p) {
        return new Attention(causal, p);
    }

    /**
     * Binds it.
     *
     * @param lengths (N) int32: how many keys of each sequence are seen; null for all
     */
    public Tensor bind(Binder binder, Tensor q, Tensor k, Tensor v, @Nullable Tensor lengths) {
        double factor = 1 / Math.sqrt(q.shape().dim(q.shape().rank() - 1));
        Tensor scaled = binder.record(to -> new Arrangements.Scale(factor, q, to)).y();
        Tensor scores =
                binder.record(to -> new Products.MatMul(/* transposed= */ true, scaled, k, to)).y();
        Tensor seen =
                causal || lengths != null
                        ? binder.record(
                                        to ->
                                                new SequenceOperations.AttentionMask(
                                                        causal, scores, lengths, to))
                                .y()
                        : scores;
        Tensor shares =
                binder.record(
                                to ->
                                        new Normalizations.Softmax(
                                                /* logarithm= */ false, -1, seen, to))
                        .y();
        Tensor kept = dropout == 0 ? shares : binder.dropout(dropout, shares);
        return binder.record(to -> new Products.MatMul(/* transposed= */ false, kept, v, to)).y();
    }
}
