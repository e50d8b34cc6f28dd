package io.retrograd.backend.cuda;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
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
 * newest first. Closing twice does nothing.
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

    @Override
    public void close() {
        closed = true;
        List<Resources> open = new ArrayList<>(groups);
        Collections.reverse(open);
        open.forEach(Resources::close);
        while (!releases.isEmpty()) {
            releases.pop().run();
        }
        if (parent != null) {
            parent.groups.remove(this);
        }
    }
}
