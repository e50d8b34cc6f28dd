package io.retrograd.layer;

import io.retrograd.bind.Binder;
import io.retrograd.operation.EmbeddingSpec;
import io.retrograd.operation.Initializer;
import io.retrograd.operation.SequenceOperations;
import io.retrograd.tensor.Checks;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.function.IntToDoubleFunction;

/**
 * A vector for each token, {@code y = weight[x]}. Stands first in a network.
 *
 * <pre>
 *   x (…) tokens    weight (V, D)    y (…, D)
 *
 *   dweight[v] = Σ dy over all places of token v, 0 for the padding token
 * </pre>
 *
 * First values are normal with mean 0 and deviation 1; 0 for the padding token, which keeps them.
 *
 * @param vocabulary V, at least 1: tokens are from 0 to V − 1
 * @param dim D, at least 1
 * @param paddingIndex the token whose vector is not trained, or −1
 */
public record Embedding(int vocabulary, int dim, int paddingIndex) implements Layer {
    private static final int NONE = -1;

    public Embedding {
        Checks.atLeast("Embedding", "vocabulary", 1, vocabulary);
        Checks.atLeast("Embedding", "dim", 1, dim);
        if (paddingIndex < NONE || paddingIndex >= vocabulary) {
            throw new IllegalArgumentException(
                    String.format(
                            "Embedding: padding index must be from 0 to %d, or -1 for none, got %d",
                            vocabulary - 1, paddingIndex));
        }
    }

    /** Without padding token. */
    public Embedding(int vocabulary, int dim) {
        this(vocabulary, dim, NONE);
    }

    /** The same with another padding token. */
    public Embedding paddingIndex(int index) {
        return new Embedding(vocabulary, dim, index);
    }

    @Override
    public Shape outputShape(Shape input) {
        return SequenceOperations.Embedding.outputShape(input, dim);
    }

    @Override
    public TokenIds tokenIds() {
        return new TokenIds(vocabulary, NONE);
    }

    @Override
    public Tensor bind(Binder binder, Tensor x) {
        Tensor w = binder.parameter("weight", Shape.of(vocabulary, dim), this::firstValues);
        // With surrogates y is 0 for padding, as the row is at first: its gradient is that of y.
        EmbeddingSpec spec = new EmbeddingSpec(paddingIndex, binder.options().surrogates());
        return binder.record(to -> new SequenceOperations.Embedding(spec, x, w, to)).y();
    }

    private IntToDoubleFunction firstValues(Shape shape, long seed, long stream) {
        return i ->
                i / dim == paddingIndex
                        ? 0
                        : Initializer.normal(1).elements(shape, seed, stream).applyAsDouble(i);
    }
}
