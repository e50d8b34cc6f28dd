package io.retrograd.train;

import io.retrograd.layer.TokenIds;
import io.retrograd.tensor.Feed;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** An input of a bound network, and the checks of what is written to it. */
final class BoundInput implements AutoCloseable {
    private final Tensor x;
    private final @Nullable TokenIds tokens;
    private final Feed feed;

    BoundInput(Tensor x, @Nullable TokenIds tokens) {
        this.x = x;
        this.tokens = tokens;
        feed = x.feed();
    }

    Shape shape() {
        return x.shape();
    }

    Tensor tensor() {
        return x;
    }

    /** Writes numbers or tokens, after checking them. */
    void write(double[] values) {
        if (tokens == null) {
            feed.write(values);
        } else {
            Inputs.writeTokens(x, tokens, values);
        }
    }

    /** Writes numbers, after checking them. */
    void write(float[] values) {
        requireNumbers();
        feed.write(values);
    }

    /** Writes pixels over the largest, after checking them. */
    void write(byte[] pixels, int largest) {
        requireNumbers();
        feed.write(pixels, largest);
    }

    private void requireNumbers() {
        if (tokens != null) {
            throw new IllegalArgumentException(
                    x.name() + ": expected tokens as doubles, got floats or pixels");
        }
    }

    @Override
    public void close() {
        feed.close();
    }
}
