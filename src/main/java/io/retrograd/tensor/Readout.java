package io.retrograd.tensor;

/**
 * Takes a tensor's elements as they are at one moment, and hands them over later: a device that
 * runs behind Java copies them in their turn and goes on. One at a time.
 */
public interface Readout extends AutoCloseable {
    /** Takes the elements as they are after all that was enqueued before. */
    void take();

    /**
     * Waits for what was taken last.
     *
     * @param into room for all elements, row-major. Modified.
     */
    void give(double[] into);

    /** Frees its memory. Closing twice does nothing. */
    @Override
    void close();
}
