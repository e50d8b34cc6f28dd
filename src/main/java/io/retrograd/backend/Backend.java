package io.retrograd.backend;

import io.retrograd.operation.Operations;
import io.retrograd.tensor.DType;
import io.retrograd.tensor.DeviceLock;
import java.util.Optional;

/**
 * A device that trains: its memory and its operations. Opened by a {@link BackendProvider}.
 *
 * <p>A backend runs one thing at a time, in the order in which it was enqueued. Any number of
 * threads may use it, each with models of its own: whatever touches the device takes its {@link
 * #lock} meanwhile, in the order of asking.
 */
public interface Backend extends AutoCloseable {
    /** As in {@code --device}: {@code reference}, {@code cpu}, {@code cuda}. */
    String name();

    /** Element kind of activations and their gradients. */
    DType dtype();

    /** Element kind of parameters, their gradients, running statistics and optimizer memory. */
    default DType parameterDType() {
        return dtype();
    }

    /**
     * Distance from 1 to the next larger number that factors and results are rounded to. Sums are
     * added up in {@link #parameterDType}.
     */
    default double epsilon() {
        return dtype().epsilon();
    }

    /** Whether it is the reference that defines the right results for all others. */
    default boolean reference() {
        return false;
    }

    /** Whether factors and results have fewer digits than sums. */
    default boolean roundsResults() {
        return epsilon() > parameterDType().epsilon();
    }

    /** Taken by bindings, parameters, tensors and updates while they use the device. */
    DeviceLock lock();

    Memory memory();

    Operations operations();

    Updates updates();

    /** Whether {@link #prepare} measures what is fastest, which takes memory and time. */
    default boolean measures() {
        return false;
    }

    /**
     * Readies recorded operations to run: chooses layouts, joins operations. Called when all are
     * known and before memory is planned.
     */
    default Preparation prepare(Preparation.Request request) {
        return Preparation.asRecorded(request.nodes());
    }

    /**
     * Work that will be enqueued many times, always over the same tensors.
     *
     * @param work enqueues it; what it does beside that, in Java, may happen only the first times
     */
    default Repeated repeated(Runnable work) {
        return new Repeated() {
            @Override
            public void run() {
                work.run();
            }

            @Override
            public void close() {}
        };
    }

    /** Whether a call may return before what it enqueued has run. */
    default boolean runsBehind() {
        return false;
    }

    /** What was called of the device's libraries until now, where somebody counts that. */
    default Optional<LibraryUse> libraryUse() {
        return Optional.empty();
    }

    /** Waits until all that was enqueued has run. */
    void synchronize();

    /**
     * Frees everything that belongs to the backend, once what other threads run on it at the moment
     * has ended. Whatever uses it later is an {@link IllegalStateException}, but models may still
     * be closed. Closing twice does nothing.
     */
    @Override
    void close();
}
