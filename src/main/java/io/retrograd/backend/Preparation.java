package io.retrograd.backend;

import io.retrograd.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The operations that a backend runs in place of those recorded, before their memory is planned.
 *
 * @param nodes the operations to run, perhaps fewer than were recorded: one may do the work of two.
 *     A tensor that none of them touches gets no memory
 * @param aliases tensors that always hold the same values as another, whose memory they share
 * @param overwrites tensors that may take the memory of another, because the operation that writes
 *     the first can do so in place; done where nothing reads the second any more
 * @param decisions the choices and their reasons, one line each, for people to read
 * @param release frees what the operations hold beside memory, after which they must not run
 */
public record Preparation(
        List<Node> nodes,
        Map<Tensor, Tensor> aliases,
        Map<Tensor, Tensor> overwrites,
        List<String> decisions,
        Runnable release) {
    /**
     * Operations that are to be readied.
     *
     * @param nodes in forward order
     * @param gradients whether backward will run
     * @param keepAll whether every tensor is read from outside, and so none may be joined away
     * @param kept tensors that are read from outside, and so have to be written
     * @param remade makes the operations once more over the same tensors, for a backend that may
     *     have changed the element kind of their activations to one of more digits; null where that
     *     has to stay
     */
    public record Request(
            List<Node> nodes,
            boolean gradients,
            boolean keepAll,
            Set<Tensor> kept,
            @Nullable Supplier<List<Node>> remade) {
        public Request {
            nodes = List.copyOf(nodes);
        }
    }

    /** The operations as they were recorded. */
    public static Preparation asRecorded(List<Node> nodes) {
        return new Preparation(nodes, Map.of(), Map.of(), List.of(), () -> {});
    }
}
