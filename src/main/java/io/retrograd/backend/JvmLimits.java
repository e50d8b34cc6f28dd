package io.retrograd.backend;

/** Turns the errors that the JVM throws at its limits into exceptions that name a remedy. */
public final class JvmLimits {
    private JvmLimits() {}

    /**
     * The exception that stands for a full heap, a stack that is too small, or a class or native
     * library that cannot be loaded.
     *
     * @throws Error the error itself, where it is none of these
     */
    public static RuntimeException exception(Error error) {
        if (error instanceof OutOfMemoryError full) {
            return MemoryException.heap(full);
        }
        if (error instanceof StackOverflowError) {
            return new IllegalArgumentException(
                    "Java: expected a network whose layers fit the thread's stack, got layers nested"
                            + " too deep; put them side by side into one Sequential, or raise -Xss",
                    error);
        }
        if (error instanceof LinkageError) {
            return new IllegalStateException(
                    String.format(
                            "Java: expected all classes and native libraries of Retrograd, got %s:"
                                    + " %s; build again, and run the jar beside its lib folder",
                            error.getClass().getSimpleName(), error.getMessage()),
                    error);
        }
        throw error;
    }
}
