package io.retrograd.backend;

/**
 * What a binding may take beside what its parameters take.
 *
 * @param limit bytes of both
 */
record MemoryBudget(Memory memory, Parameters parameters, boolean gradients, long limit) {
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
        long available = memory.available(arena + missing);
        if (arena + missing > available) {
            throw MemoryException.binding(memory.kind(), arena, missing, available);
        }
    }
}
