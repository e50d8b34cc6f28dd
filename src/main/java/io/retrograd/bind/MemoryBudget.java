package io.retrograd.bind;

import io.retrograd.backend.Memory;
import io.retrograd.backend.MemoryException;
import io.retrograd.backend.Node;
import io.retrograd.backend.Parameters;
import io.retrograd.tensor.Tensor;
import java.util.Collection;
import java.util.Set;

/**
 * The memory that a binding may take beside its parameters.
 *
 * @param limit bytes of both
 */
record MemoryBudget(Memory memory, Parameters parameters, boolean gradients, long limit) {
    /** The largest factor by which joined operations need less than recorded ones. */
    private static final int SHARED = 4;

    /**
     * Says no before ways to compute a model are tried, where it is far too large.
     *
     * @param bytes that it would take as it was recorded, before any operations are joined
     * @throws MemoryException if there are far fewer
     */
    void checkAsRecorded(long bytes) {
        check(bytes / SHARED);
    }

    /**
     * Bytes of all outputs, none sharing another's memory.
     *
     * @param aliases tensors that hold another's values in its place
     */
    long outputs(Collection<Node> nodes, Set<Tensor> aliases) {
        return nodes.stream()
                .flatMap(node -> node.writes().stream())
                .filter(tensor -> !aliases.contains(tensor))
                .mapToLong(memory::footprint)
                .sum();
    }

    /**
     * Says no where a model does not fit.
     *
     * @param arena bytes of activations, their gradients and workspaces
     * @throws MemoryException if there are fewer
     */
    void check(long arena) {
        long all = parameters.bytes(gradients);
        if (arena + all > limit) {
            throw MemoryException.binding("memory that it may take", arena, all, limit);
        }
        long missing = parameters.missingBytes(gradients);
        long available = memory.available(arena + missing) - memory.spare();
        if (arena + missing > available) {
            throw MemoryException.binding(memory.kind(), arena, missing, available);
        }
    }
}
