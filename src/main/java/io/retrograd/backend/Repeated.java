package io.retrograd.backend;

/**
 * Work that is enqueued many times over the same memory, as a training step; a backend may record
 * it and replay the record.
 */
public interface Repeated extends AutoCloseable {
    /** Enqueues the work: the same as enqueueing it piece by piece, bit for bit. */
    void run();

    /** Forgets the record. Closing twice does nothing. */
    @Override
    void close();
}
