package io.retrograd.layer;

import io.retrograd.bind.Binder;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;

/**
 * A network over sequences of tokens of which only padding follows behind the last that counts:
 * recurrent layers and those over time in {@code body} stop there. The child is named {@code body}.
 *
 * <pre>
 *   x (N, T) tokens        length[n] = 1 + max {t : x[n, t] ≠ padding}, at least 1
 * </pre>
 *
 * Where a layer between, such as a pooling, has made S steps of T, a sequence has ⌈length·S/T⌉ of
 * them. Convolutions read what is behind the end too: with an {@link Embedding} of the same padding
 * index that is 0, as the padding of the convolution itself.
 *
 * @param paddingIndex the padding token, at least 0
 */
public record Padded(int paddingIndex, Layer body) implements Layer {
    public Padded {
        TokenIds tokens = body.tokenIds();
        if (tokens == null || paddingIndex < 0 || paddingIndex >= tokens.count()) {
            throw new IllegalArgumentException(
                    String.format(
                            "Padded: expected a body of tokens and one of them as padding, got %s"
                                    + " and %d; begin it with an Embedding",
                            body.kind(), paddingIndex));
        }
    }

    @Override
    public Shape outputShape(Shape input) {
        if (input.rank() != 2) {
            throw new IllegalArgumentException("Padded: expected tokens (N, T), got " + input);
        }
        return Sequential.childShape("body", body, input);
    }

    @Override
    public TokenIds tokenIds() {
        TokenIds tokens = body.tokenIds();
        return new TokenIds(tokens == null ? 0 : tokens.count(), paddingIndex);
    }

    @Override
    public Tensor bind(Binder binder, Tensor x) {
        outputShape(x.shape());
        return binder.padded(
                paddingIndex, x, () -> binder.scope("body", () -> body.bind(binder, x)));
    }
}
