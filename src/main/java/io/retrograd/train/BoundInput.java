package io.retrograd.train;

import io.retrograd.layer.TokenIds;
import io.retrograd.tensor.Feed;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import org.jspecify.annotations.Nullable;

/** An input of a bound network, and the checks of what is written to it. */
final class BoundInput implements AutoCloseable {
    private final Tensor x;
    private final @Nullable TokenIds tokens;
    private final Feed feed;
    private float[] floats = {};

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

    /**
     * Writes the float32 numbers from a buffer's position to its limit, in its byte order.
     *
     * @param values not modified, nor its position
     */
    void write(ByteBuffer values) {
        requireNumbers();
        FloatBuffer from = values.slice().order(values.order()).asFloatBuffer();
        if (values.remaining() != (long) Float.BYTES * from.remaining()) {
            throw new IllegalArgumentException(
                    x.name() + ": expected 4 bytes a number, got " + values.remaining());
        }
        if (floats.length != from.remaining()) {
            floats = new float[from.remaining()];
        }
        from.get(floats);
        feed.write(floats);
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
