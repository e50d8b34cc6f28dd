package io.retrograd.train;

import io.retrograd.layer.TokenIds;
import io.retrograd.tensor.Tensor;

/** Checked copies of what users pass into tensors. */
final class Inputs {
    private Inputs() {}

    /**
     * Writes sequences of tokens.
     *
     * @throws IllegalArgumentException for another count, what is no token, or a sequence of
     *     nothing but padding
     */
    static void writeTokens(Tensor tensor, TokenIds tokens, double[] values) {
        if (values.length == tensor.shape().size()) {
            int length = tensor.shape().dim(tensor.shape().rank() - 1);
            for (int start = 0; start < values.length; start += length) {
                checkTokens(tensor, tokens, values, start, length);
            }
        }
        tensor.copyFrom(values);
    }

    private static void checkTokens(
            Tensor tensor, TokenIds tokens, double[] values, int start, int length) {
        boolean empty = true;
        for (int i = start; i < start + length; i++) {
            double value = values[i];
            if (!(value >= 0 && value < tokens.count() && value == Math.rint(value))) {
                throw new IllegalArgumentException(
                        String.format(
                                "%s: expected tokens from 0 to %d, got %s at element %d of %s",
                                tensor.name(), tokens.count() - 1, value, i, tensor.shape()));
            }
            empty &= value == tokens.padding();
        }
        if (empty) {
            throw new IllegalArgumentException(
                    String.format(
                            "%s: expected a token beside padding %d, got none in sequence %d",
                            tensor.name(), tokens.padding(), start / length));
        }
    }
}
