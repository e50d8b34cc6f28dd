package io.retrograd.train;

import io.retrograd.tensor.Tensor;

/** Checked copies of what users pass into tensors. */
final class Inputs {
    private Inputs() {}

    /**
     * Writes all elements.
     *
     * @throws IllegalArgumentException for another count, NaN or an infinity
     */
    static void write(Tensor tensor, double[] values) {
        if (values.length == tensor.shape().size()) {
            checkFinite(tensor, values);
        }
        tensor.copyFrom(values);
    }

    private static void checkFinite(Tensor tensor, double[] values) {
        for (int i = 0; i < values.length; i++) {
            if (!Double.isFinite(values[i])) {
                throw new IllegalArgumentException(
                        String.format(
                                "%s: expected finite values, got %s at element %d of %s",
                                tensor.name(), values[i], i, tensor.shape()));
            }
        }
    }
}
