package io.retrograd.tensor;

/**
 * Writes a tensor again and again, as a network's input for each step: from doubles, floats or
 * pixels. A device may copy one batch while it works on the one before.
 */
public abstract class Feed implements AutoCloseable {
    private static final int LARGEST_PIXEL = 255;

    private final Tensor tensor;

    /** A feed of this tensor. */
    protected Feed(Tensor tensor) {
        this.tensor = tensor;
    }

    /**
     * Writes all elements.
     *
     * @param values as many as the tensor has, row-major. Not modified.
     * @throws IllegalArgumentException if the count differs, for NaN, infinities, and values beyond
     *     the largest number of the tensor's type; nothing is written then
     */
    public final void write(double[] values) {
        tensor.checkCount(values.length);
        tensor.checkFinite(values);
        tensor.lock().enter();
        try {
            put(values);
        } finally {
            tensor.lock().exit();
        }
    }

    /** The same from floats. */
    public final void write(float[] values) {
        tensor.checkCount(values.length);
        double largest = tensor.dtype().largest();
        for (int i = 0; i < values.length; i++) {
            if (!(Math.abs(values[i]) <= largest)) {
                tensor.checkFinite(values[i], i);
            }
        }
        tensor.lock().enter();
        try {
            put(values);
        } finally {
            tensor.lock().exit();
        }
    }

    /**
     * Writes all elements: each pixel over the largest.
     *
     * @param pixels as many as the tensor has elements, unsigned, row-major. Not modified.
     * @param largest the pixel that becomes 1, from 1 to 255
     * @throws IllegalArgumentException if the count differs, or the largest is out of range
     */
    public final void write(byte[] pixels, int largest) {
        tensor.checkCount(pixels.length);
        if (largest < 1 || largest > LARGEST_PIXEL) {
            throw new IllegalArgumentException(
                    tensor.name() + ": expected a largest pixel from 1 to 255, got " + largest);
        }
        tensor.lock().enter();
        try {
            put(pixels, largest);
        } finally {
            tensor.lock().exit();
        }
    }

    /** Writes all elements, which have been checked. */
    protected abstract void put(double[] values);

    /** Writes all elements, which have been checked. */
    protected abstract void put(float[] values);

    /** Writes all elements, each pixel over the largest; both have been checked. */
    protected abstract void put(byte[] pixels, int largest);

    /** Frees its memory, not the tensor's. Closing twice does nothing. */
    @Override
    public void close() {}
}
