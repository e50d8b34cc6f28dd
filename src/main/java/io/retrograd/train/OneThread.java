package io.retrograd.train;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The thread that is inside a model. */
final class OneThread {
    private final AtomicReference<@Nullable Thread> owner = new AtomicReference<>();
    private int depth;

    /** Lets this thread in, until as many calls of {@link #release}. */
    void claim() {
        Thread me = Thread.currentThread();
        if (owner.get() != me && !owner.compareAndSet(null, me)) {
            throw new IllegalStateException(
                    "Model: expected one thread at a time, got a call from "
                            + me.getName()
                            + " while another is inside; give each thread a model of its own");
        }
        depth++;
    }

    void release() {
        depth--;
        if (depth == 0) {
            owner.set(null);
        }
    }
}
