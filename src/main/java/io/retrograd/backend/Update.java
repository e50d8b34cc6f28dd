package io.retrograd.backend;

/** A change of all parameters or all their gradients in place, one launch over their arena. */
@FunctionalInterface
public interface Update {
    /** Enqueues the change: allocates nothing, waits for nothing. */
    void run();
}
