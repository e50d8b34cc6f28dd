package io.retrograd.backend.cuda;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What has to be given back: nothing on a GPU is freed by the garbage collector.
 *
 * <p>Closing gives back the groups that were opened in it and are still open, then its own, the
 * newest first; what cannot be given back any more keeps nothing else from it. Closing twice does
 * nothing.
 */
final class Resources implements AutoCloseable {
    private final @Nullable Resources parent;
    private final Set<Resources> groups = new LinkedHashSet<>();
    private final Deque<Runnable> releases = new ArrayDeque<>();
    private boolean closed;

    /** What belongs to nothing else. */
    Resources() {
        parent = null;
    }

    /**
     * A group that can be closed before what it belongs to, and is closed with it at the latest.
     */
    Resources(Resources parent) {
        this.parent = parent;
        parent.groups.add(this);
    }

    /** Adds something, and how it is given back. */
    <T> T add(T resource, Consumer<? super T> release) {
        releases.push(() -> release.accept(resource));
        return resource;
    }

    /** How many groups were opened in it and are still open. */
    int openGroups() {
        return groups.size();
    }

    boolean closed() {
        return closed;
    }

    /** Gives all back, unless that is done, once the device has ended what it does with it. */
    void closeIdle(CudaDevice device) {
        device.lock().enterToFree();
        try {
            if (!closed) {
                device.synchronize();
                close();
            }
        } finally {
            device.lock().exit();
        }
    }

    /**
     * Gives all back.
     *
     * @throws RuntimeException the first of what went wrong, with the others suppressed
     */
    @Override
    public void close() {
        closed = true;
        List<Runnable> all = new ArrayList<>();
        groups.forEach(group -> all.add(0, group::close));
        all.addAll(releases);
        releases.clear();
        if (parent != null) {
            parent.groups.remove(this);
        }
        RuntimeException failure = null;
        for (Runnable release : all) {
            try {
                release.run();
            } catch (RuntimeException e) {
                failure = joined(failure, e);
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    private static RuntimeException joined(@Nullable RuntimeException first, RuntimeException e) {
        if (first == null) {
            return e;
        }
        first.addSuppressed(e);
        return first;
    }
}
