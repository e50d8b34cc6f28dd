package io.retrograd.backend.onednn;

import java.util.List;

/** A step of a pass. */
interface Step {
    void run();

    /** Describes the step and its tensors in a line; equal for steps that take equally long. */
    String describe();

    /** Whether it only changes a layout. */
    default boolean reorders() {
        return false;
    }

    /** Primitives that it runs, which need memory for that. */
    default List<Primitive> inner() {
        return List.of();
    }

    /**
     * The time that it takes, measured now on memory of its own; infinitely long where it is not
     * worth trying.
     */
    default double milliseconds() {
        return 0;
    }

    /** Whether it writes what it should and nothing else, seen now on memory of its own. */
    default boolean sound() {
        return true;
    }

    /** Frees what it holds; it must not run any more. */
    default void release() {}
}
